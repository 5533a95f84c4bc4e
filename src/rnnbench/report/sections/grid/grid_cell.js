// The details of one combination: every score, every seed, its size, and the commands that train it and use it.

const CELL_WORDS_IN_CHINESE = {
  gap: "差距，最好那一步之后：训练减测试",
  gap_at_end: "差距，最后一步之后：训练减验证",
  parameters: "参数量",
  parameters_input: "读输入的参数",
  parameters_recurrent: "带着记忆的参数",
  parameters_readout: "给出答案的参数",
  hidden: "单元数",
  seconds: "训练秒数",
};

// Return the element with the details of a cell of a task.
function cellElement(data, task, cell) {
  const [row, column] = [Math.floor(cell / task.encoders.length), cell % task.encoders.length];
  const names = { task: task.name, encoder: task.encoders[column], architecture: task.architectures[row] };
  const [shownTask, encoder, architecture] = Object.values(names).map(data.printable);
  return make("div", { class: "sheet" },
    make("h3", {},
      make("bdi", {}, architecture), ...said(" reading ", "读"), make("bdi", {}, encoder), ", ", make("bdi", {}, shownTask)),
    summaryOfCell(data, task, cell),
    scoresOfCell(data, task, cell),
    seedsOfCell(data, task, cell),
    commandsOfCell(task, names),
  );
}

// Return the state of the runs, their size and their time.
function summaryOfCell(data, task, cell) {
  const costs = task.views.filter((view) => view.what === "parameters" || view.what === "seconds");
  const nameOf = ({ metric }) => said(data.metrics[metric], CELL_WORDS_IN_CHINESE[metric]);
  const cells = costs.map((view) => [nameOf(view), cellOf(data, task, view, cell)]);
  const [planned, unfinished] = [several(task.due[cell], "run"), task.unfinished.get(cell)];
  const entries = [
    [said("runs", "运行"), task.why.get(cell) ?? (unfinished ? `${unfinished}, of ${planned}` : `${planned}: done`)],
    [said("message", "消息"), task.messages.get(cell)],
    [said("training", "训练"), task.unfinal.has(cell) ? `${NOT_CONVERGED} not converged` : ""],
    ...cells.map(([name, { number, note }]) => [name, number && [number, note].filter(Boolean).join(" ")]),
  ].filter(([, text]) => text);
  return make("dl", { class: "facts" },
    ...entries.map(([name, text]) => make("div", {}, make("dt", {}, ...[name].flat()), make("dd", {}, make("bdi", {}, text)))));
}

// Return a table of means: a row for each split, a column for each metric.
function scoresOfCell(data, task, cell) {
  const views = task.views.filter((view) => view.what === "score" || view.what === "gap");
  const [splits, metrics] = [distinctOf(views, "split"), distinctOf(views, "metric")];
  const mean = (split, metric) => {
    const view = views.find((candidate) => candidate.split === split && candidate.metric === metric);
    const { number, interval } = view ? cellOf(data, task, view, cell) : {};
    return number ? [number, interval] : ["–"];
  };
  const rows = splits.map((split) => {
    const name = data.splits[split] ? said(`gap ${data.splits[split]}`, CELL_WORDS_IN_CHINESE[split]) : split;
    return [name, ...metrics.map((metric) => mean(split, metric))];
  });
  const names = ["split", ...metrics.map((metric) => data.metrics[metric])];
  const hasScore = rows.some(([, ...cells]) => cells.some(([number]) => number !== "–"));
  return hasScore ? smallTable(["Means on every split and their 95 % intervals over seeds", "每个split上的平均和种子之间的95 %区间"], names, rows) : null;
}

// Return a table of the selected runs, with the learning rate and the headline test score of each seed; null without any.
function seedsOfCell(data, task, cell) {
  const { seeds, rates, scores, chosen } = task.seeds;
  const first = cell * seeds.length;
  const places = [...seeds.keys()].filter((place) => scores[first + place] !== null);
  const rows = [
    [`${data.metrics[task.headline]}, test`, ...places.map((place) => [formatNumber(scores[first + place], 3)])],
    ["learning rate", ...places.map((place) => [String(rates[chosen[first + place]])])],
  ];
  const names = ["seed", ...places.map((place) => String(seeds[place]))];
  const caption = ["Every seed, with the learning rate that was best on validation", "每个种子，和验证集上最好的学习率"];
  return places.length ? smallTable(caption, names, rows) : null;
}

// Return a table of texts with a caption in both languages; a cell is a list of a text and an optional note.
function smallTable(caption, columns, rows) {
  const cell = ([text, note]) => make("td", {}, text, note ? " " : null, note ? make("small", {}, note) : null);
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
  const body = rows.map(([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, ...[name].flat()), ...cells.map(cell)));
  const table = make("table", { class: "numbers" },
    make("caption", {}, make("bdi", {}, ...said(...caption))), make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", { class: "scroll", role: "region", "aria-label": caption[0], tabindex: "0" }, table);
}

// Return the commands that train the combination and predict the labels of a sentence.
function commandsOfCell(task, names) {
  const options = Object.entries(names).map(([name, value]) => shellOption(name, value)).join(" ");
  const lines = [`rnnbench train ${options}`];
  const second = task.sentence ? [" The second command predicts the labels of a sentence.", "第二条命令预测一个句子的标签。"] : ["", ""];
  const text = said(`Trains the missing runs of this combination and prints its scores. Run it in the folder with the
    experiment's config.yaml, or use --configfile. Finished runs are not trained again.${second[0]}`,
    `训练这个组合还缺的运行，并打印它的分数。在实验的config.yaml所在的文件夹里运行，或者用--configfile。已经完成的运行不会重新训练。${second[1]}`);
  if (task.sentence) lines.push(`rnnbench predict ${options} ${shellWord(task.sentence)}`);
  return make("div", {},
    make("p", {}, ...text),
    make("p", {}, ...said("Its raw rows are in the tables runs, scores and history: ", "它的原始数据在表runs、scores和history里："), make("a", { href: `${fileOfDetails()}#reproduce` }, ...said("all tables", "所有的表"))),
    make("pre", { tabindex: "0" }, make("code", {}, lines.join("\n"))));
}

// Return the file of the details, "" on that page itself.
function fileOfDetails() {
  return document.querySelector("[data-details]")?.dataset.details ?? "";
}

// Return an option for a shell; with an equals sign where the value looks like an option.
function shellOption(name, value) {
  return `--${name}${value.startsWith("-") ? "=" : " "}${shellWord(value)}`;
}

// Return a text as one word of a shell.
function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
