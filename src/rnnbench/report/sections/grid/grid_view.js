// The contents of the grid: rows and columns from the packed data and the state of the controls, without any element.

const NOT_CONVERGED = "†";

// Return the packed data with its lists of pairs as maps, and functions from identifiers to printable ones and to names.
function readGrid(data) {
  const [shown, named] = [new Map(data.shown), new Map(data.named)];
  const printable = (name) => shown.get(name) ?? name;
  for (const task of data.tasks) {
    for (const key of ["why", "unfinished", "messages"]) task[key] = new Map(task[key]);
    task.unfinal = new Set(task.unfinal);
    for (const view of task.views) view.otherwise = new Map(view.otherwise);
  }
  return { ...data, printable, named: (name) => named.get(name) ?? printable(name) };
}

// Return the task and the view of a state, or the nearest ones that exist.
function viewOf(data, state) {
  const task = data.tasks.find(({ name }) => name === state.task) ?? data.tasks[0];
  const ofQuantity = nearestViews(task.views, "what", [state.what, "score"]);
  const ofSplit = nearestViews(ofQuantity, "split", [state.split, "test"]);
  return { task, view: nearestViews(ofSplit, "metric", [state.metric, task.headline])[0] };
}

// Return the views with the first of these values that any view has, or else with the value of the first view.
function nearestViews(views, key, values) {
  const value = values.find((candidate) => views.some((view) => view[key] === candidate)) ?? views[0][key];
  return views.filter((view) => view[key] === value);
}

// Return the contents of the grid: the task, the view, columns, groups of references, groups of networks. The filter
// finds identifiers and names.
function gridOf(data, state) {
  const { task, view } = viewOf(data, state);
  const both = (name) => `${data.printable(name)} ${data.named(name)}`;
  const [encoders, architectures] = [task.encoders, task.architectures].map((names) => names.map(both));
  const words = wordsOf(state.filter);
  const matches = matching(encoders, words);
  const columns = (matches.length ? matches : [...encoders.keys()]).map((index) => {
    const name = task.encoders[index];
    return { index, name, shown: data.printable(name), named: data.named(name) };
  });
  const allRows = architectures.map((_, index) => rowOf(data, task, view, columns, index));
  const heading = view.references.length ? "Networks" : "";
  const hasMatches = matches.length && areInNames([...encoders, ...architectures], words);
  const indices = new Set(hasMatches ? matching(architectures, words) : []);
  const networks = inOrder({ heading, rows: allRows.filter((row) => indices.has(row.index)) }, columns, state);
  return { task, view, columns, references: referencesOf(data, view), networks };
}

// Return whether each word is in some name.
function areInNames(names, words) {
  return words.every((word) => names.some((name) => hasWords(name, [word])));
}

// Return the indices of the names with all words; words that no name has are ignored.
function matching(names, words) {
  const used = words.filter((word) => areInNames(names, [word]));
  return [...names.keys()].filter((index) => hasWords(names[index], used));
}

// Return the row of an architecture.
function rowOf(data, task, view, columns, index) {
  const first = index * task.encoders.length;
  const name = task.architectures[index];
  const cells = columns.map((column) => cellOf(data, task, view, first + column.index));
  return { index, name, shown: data.printable(name), named: data.named(name), cells };
}

// Return the contents of a cell: its number, interval and number of seeds as text, and its shade; or why it has no number.
function cellOf(data, task, view, cell) {
  const mean = view.mean[cell];
  if (mean === null || mean === undefined) return { cell, mean: null, text: task.why.get(cell) ?? data.unscored };
  const [seeds, signed] = [view.otherwise.get(cell), view.what === "gap"];
  const [low, high] = [view.low, view.high].map((ends) => {
    const end = ends?.[cell] ?? null;
    return end === null ? "" : formatNumber(end, view.digits, signed);
  });
  const notes = [seeds ? several(seeds, "seed") : "", task.unfinished.get(cell) ?? ""];
  return {
    cell,
    mean,
    number: formatNumber(mean, view.digits, signed),
    low,
    high,
    interval: low && `${low} to ${high}`,
    converged: !(view.low && task.unfinal.has(cell)),
    seeds: String(seeds ?? view.seeds),
    note: notes.filter(Boolean).join(", "),
    shade: shadeOf(mean, view),
  };
}

// Return the oracle and the baselines as groups of rows.
function referencesOf(data, view) {
  const groups = new Map();
  for (const [heading, name, value] of view.references) {
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push({ shown: name, named: data.named(name), number: formatNumber(value, view.digits), shade: shadeOf(value, view) });
  }
  return [...groups].map(([heading, rows]) => ({ heading, rows }));
}

// Return a scaled number as text; `formatted` in grid.py does the same.
function formatNumber(scaled, digits, signed = false) {
  const size = digits ? Math.floor((Math.abs(scaled) + 5) / 10) : Math.abs(scaled);
  const sign = size === 0 ? "" : scaled < 0 ? "−" : signed ? "+" : "";
  const [whole, rest] = [Math.floor(size / 10 ** digits), String(size % 10 ** digits).padStart(digits, "0")];
  return `${sign}${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}${digits ? `.${rest}` : ""}`;
}

// Return the shade of a scaled number, 0 to 9; `shade` in grid.py does the same.
function shadeOf(scaled, view) {
  const { palest: low, darkest: high } = view;
  const share = !view.logarithmic
    ? (scaled - low) / (high - low)
    : scaled > 0 ? Math.log(scaled / low) / Math.log(high / low) : 0;
  return Math.min(9, Math.max(0, Math.floor(10 * share)));
}

// Return a number with its noun.
function several(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// Return a group with its rows in the order of the state.
function inOrder(group, columns, state) {
  const column = columns.findIndex(({ name }) => name === state.sort);
  const name = state.sort === "architecture" ? (row) => row.named : null;
  const key = column >= 0 ? (row) => row.cells[column].mean : name;
  return { ...group, rows: sorted(group.rows, key, key && state.order) };
}

// Return the grid as a sheet for copying.
function sheetOf(grid) {
  const { view, columns } = grid;
  const references = grid.references.flatMap(({ heading, rows }) => {
    return rows.map(({ shown, number }) => ({ name: `${heading}: ${shown}`, cells: columns.map(() => ({ number })) }));
  });
  const networks = grid.networks.rows.map((row) => ({ name: row.shown, cells: row.cells }));
  const unfinal = networks.some(({ cells }) => cells.some(({ converged }) => converged === false));
  const measures = [
    ...(view.low ? [["95 % low", ({ low }) => csvNumber(low)], ["95 % high", ({ high }) => csvNumber(high)]] : []),
    ...(view.seeds ? [["seeds", ({ seeds }) => csvNumber(seeds)]] : []),
    ...(unfinal ? [["converged", ({ converged }) => ({ true: "yes", false: "no" })[converged] ?? ""]] : []),
  ];
  return {
    caption: view.caption,
    corner: "architecture",
    columns: columns.map((column) => column.shown),
    measures: measures.map(([name, text]) => ({ name, text })),
    fixed: references.length,
    rows: [...references, ...networks],
  };
}

// Return the distinct values of a key, in order.
function distinctOf(items, key) {
  return [...new Set(items.map((item) => item[key]))];
}

// Fill a select; it is hidden if it has only one option.
function fillSelect(select, options, value) {
  select.replaceChildren(...options.map(([name, text]) => make("option", { value: name }, text)));
  select.value = value;
  select.parentElement.hidden = options.length < 2;
}

// Return the sign of what did not converge, and its words for screen readers.
function notConverged() {
  const words = make("span", { class: "unseen" }, " not converged");
  return [make("span", { class: "unfinal", "aria-hidden": "true" }, NOT_CONVERGED), words];
}
