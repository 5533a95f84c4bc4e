// What is known of one combination: every score, every seed, its size, and how to train and ask it.

// Return the element that tells of a cell of a task.
function cellElement(data, task, cell) {
  const [row, column] = [Math.floor(cell / task.encoders.length), cell % task.encoders.length];
  const names = { task: task.name, encoder: task.encoders[column], architecture: task.architectures[row] };
  const [shownTask, encoder, architecture] = Object.values(names).map(data.named);
  return make("div", { class: "sheet" },
    make("h3", {},
      make("bdi", {}, architecture), " reading ", make("bdi", {}, encoder), ", ", make("bdi", {}, shownTask)),
    factsOfCell(data, task, cell),
    scoresOfCell(data, task, cell),
    seedsOfCell(data, task, cell),
    commandsOfCell(task, names),
  );
}

// Return size, time and the state of the runs.
function factsOfCell(data, task, cell) {
  const counted = task.views.filter((view) => view.what === "parameters" || view.what === "seconds");
  const known = counted.map((view) => [data.metrics[view.metric], spotOf(data, task, view, cell)]);
  const [planned, some] = [several(task.due, "run"), task.unfinished.get(cell)];
  const facts = [
    ["runs", task.why.get(cell) ?? (some ? `${some}, of ${planned}` : `all ${planned} done`)],
    ["message", task.messages.get(cell)],
    ...known.map(([name, spot]) => [name, spot.number && [spot.number, spot.note].filter(Boolean).join(" ")]),
  ];
  const shown = facts.filter(([, text]) => text);
  return make("dl", { class: "facts" },
    ...shown.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, make("bdi", {}, text)))));
}

// Return a table of means: a row for each split, a column for each metric.
function scoresOfCell(data, task, cell) {
  const views = task.views.filter((view) => view.what === "score" || view.what === "gap");
  const [splits, metrics] = [distinctOf(views, "split"), distinctOf(views, "metric")];
  const spot = (split, metric) => {
    const view = views.find((one) => one.split === split && one.metric === metric);
    const found = view && spotOf(data, task, view, cell);
    return found?.number ? [found.number, found.spread && `± ${found.spread}`] : ["–"];
  };
  const rows = splits.map((split) => {
    const name = data.splits[split] ? `gap ${data.splits[split]}` : split;
    return [name, ...metrics.map((metric) => spot(split, metric))];
  });
  const names = ["split", ...metrics.map((metric) => data.metrics[metric])];
  const scored = rows.some(([, ...found]) => found.some(([number]) => number !== "–"));
  return scored ? smallTable("Its means on every split", names, rows) : null;
}

// Return a table of the selected runs: every seed's learning rate and headline score on test; null where there is none.
function seedsOfCell(data, task, cell) {
  const { seeds, rates, scores, chosen } = task.seeds;
  const first = cell * seeds.length;
  const known = [...seeds.keys()].filter((place) => scores[first + place] !== null);
  const rows = [
    [`${data.metrics[task.headline]}, test`, ...known.map((place) => [shownNumber(scores[first + place], 3)])],
    ["learning rate", ...known.map((place) => [String(rates[chosen[first + place]])])],
  ];
  const names = ["seed", ...known.map((place) => String(seeds[place]))];
  const caption = "Every seed, with the learning rate that was best on validation";
  return known.length ? smallTable(caption, names, rows) : null;
}

// Return a table of texts; a cell is a list of a text and perhaps a note.
function smallTable(caption, columns, rows) {
  const cell = ([text, note]) => make("td", {}, text, note ? " " : null, note ? make("small", {}, note) : null);
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
  const body = rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map(cell)));
  const table = make("table", { class: "numbers" },
    make("caption", {}, make("bdi", {}, caption)), make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, table);
}

// Return the commands that train the combination, and that ask it about a sentence.
function commandsOfCell(task, names) {
  const options = Object.entries(names).map(([name, value]) => shellOption(name, value)).join(" ");
  const lines = [`rnnbench train ${options}`];
  const ask = task.sentence ? " The second command asks it about a sentence." : "";
  const told = `Trains what is missing of it and prints its scores, in the folder with the experiment's config.yaml (or
    with --configfile); a run that is there is not trained again.${ask}`;
  if (task.sentence) lines.push(`rnnbench predict ${options} ${shellWord(task.sentence)}`);
  return make("div", {},
    make("p", {}, told),
    make("pre", { tabindex: "0" }, make("code", {}, lines.join("\n"))));
}

// Return an option for a shell; with a sign between where the value looks like an option itself.
function shellOption(name, value) {
  return `--${name}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

// Return a text as one word of a shell.
function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
