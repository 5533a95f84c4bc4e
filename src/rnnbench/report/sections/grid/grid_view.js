// The contents of the grid: rows and columns from the packed data and the state of the controls, without any element.

// Return the packed data with its lists of pairs as maps, and a function from names to printable names.
function readGrid(data) {
  const printable = new Map(data.shown);
  for (const task of data.tasks) {
    for (const key of ["why", "unfinished", "messages"]) task[key] = new Map(task[key]);
    for (const view of task.views) view.otherwise = new Map(view.otherwise);
  }
  return { ...data, printable: (name) => printable.get(name) ?? name };
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

// Return the contents of the grid: the task, the view, columns, groups of references, groups of networks.
function gridOf(data, state) {
  const { task, view } = viewOf(data, state);
  const [encoders, architectures] = [task.encoders, task.architectures].map((names) => names.map(data.printable));
  const words = wordsOf(state.filter);
  const matches = matching(encoders, words);
  const columns = (matches.length ? matches : [...encoders.keys()]).map((index) => {
    return { index, name: task.encoders[index], shown: encoders[index] };
  });
  const allRows = architectures.map((_, index) => rowOf(data, task, view, columns, index));
  const tied = hasTies(task, view);
  const heading = view.references.length ? "Networks" : "";
  const groups = tied && state.ties ? tieGroups(allRows) : [{ heading, rows: allRows }];
  const hasMatches = matches.length && areInNames([...encoders, ...architectures], words);
  const indices = new Set(hasMatches ? matching(architectures, words) : []);
  const filtered = groups.map(({ heading, rows }) => ({ heading, rows: rows.filter((row) => indices.has(row.index)) }));
  const visible = indices.size ? filtered.filter(({ rows }) => rows.length) : [{ heading, rows: [] }];
  const ordered = visible.map((group) => inOrder(group, columns, state));
  return { task, view, columns, tied, references: referencesOf(view), groups: ordered };
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

// Return whether the ranking of the task is about this view.
function hasTies(task, view) {
  return Boolean(task.ties) && view.what === "score" && view.split === "test" && view.metric === task.ties.metric;
}

// Return the row of an architecture.
function rowOf(data, task, view, columns, index) {
  const first = index * task.encoders.length;
  const name = task.architectures[index];
  const cells = columns.map((column) => cellOf(data, task, view, first + column.index));
  const { letters, ranks, fair } = task.ties ?? { letters: [], ranks: [], fair: [] };
  const tie = { letters: letters[index], rank: ranks[index] ?? null, fair: fair[index] };
  return { index, name, shown: data.printable(name), cells, ...tie };
}

// Return the contents of a cell: its number, spread and number of seeds as text, and its shade; or why it has no number.
function cellOf(data, task, view, cell) {
  const mean = view.mean[cell];
  if (mean === null || mean === undefined) return { cell, mean: null, text: task.why.get(cell) ?? data.unscored };
  const [std, seeds] = [view.std[cell] ?? null, view.otherwise.get(cell)];
  const spread = std === null ? "" : formatNumber(std, view.digits);
  const notes = [spread && `± ${spread}`, seeds ? several(seeds, "seed") : "", task.unfinished.get(cell) ?? ""];
  return {
    cell,
    mean,
    number: formatNumber(mean, view.digits, view.what === "gap"),
    spread,
    seeds: String(seeds ?? view.seeds),
    note: notes.filter(Boolean).join(", "),
    shade: shadeOf(mean, view),
  };
}

// Return the oracle and the baselines as groups of rows.
function referencesOf(view) {
  const groups = new Map();
  for (const [heading, name, value] of view.references) {
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push({ shown: name, number: formatNumber(value, view.digits), shade: shadeOf(value, view) });
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
  const { low, high } = view;
  const share = !view.logarithmic
    ? (scaled - low) / (high - low)
    : scaled > 0 ? Math.log(scaled / low) / Math.log(high / low) : 0;
  return Math.min(9, Math.max(0, Math.floor(10 * share)));
}

// Return a number with its noun.
function several(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// Return rows in groups of tied networks, the best first. Letters overlap: a network is in the group of the best network
// that it is tied with.
function tieGroups(rows) {
  const groups = new Map();
  for (const row of rows.toSorted((left, right) => (left.rank ?? Infinity) - (right.rank ?? Infinity))) {
    const key = row.letters === "–" ? `alone ${row.name}` : `${row.fair} ${row.letters?.[0] ?? ""}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()].map((group) => ({ heading: tieHeading(group), rows: group }));
}

// Return the heading of a group of tied networks.
function tieHeading(rows) {
  const [{ letters, fair }] = rows;
  if (!letters) return "not ranked";
  if (letters === "–") return ["not tied", fair].filter(Boolean).join(", ");
  const text = rows.length > 1 ? "tied" : "tied with networks above";
  return [letters[0], text, fair].filter(Boolean).join(", ");
}

// Return a group with its rows in the order of the state.
function inOrder(group, columns, state) {
  const column = columns.findIndex(({ name }) => name === state.sort);
  const keys = { architecture: (row) => row.shown, ties: (row) => row.rank };
  const special = Object.hasOwn(keys, state.sort) ? keys[state.sort] : null;
  const key = column >= 0 ? (row) => row.cells[column].mean : special;
  return { ...group, rows: sorted(group.rows, key, key && state.order) };
}

// Return the grid as a sheet for copying.
function sheetOf(grid) {
  const { view, columns, tied } = grid;
  const ties = (row) => (tied ? [row.letters ?? ""] : []);
  const references = grid.references.flatMap(({ heading, rows }) => {
    return rows.map(({ shown, number }) => {
      return { name: `${heading}: ${shown}`, cells: columns.map(() => ({ number })), more: ties({}) };
    });
  });
  const rows = grid.groups.flatMap((group) => group.rows);
  const networks = rows.map((row) => ({ name: row.shown, cells: row.cells, more: ties(row) }));
  const spread = view.std.length ? [{ name: "standard deviation", key: "spread" }] : [];
  const seeds = view.seeds ? [{ name: "seeds", key: "seeds" }] : [];
  return {
    caption: view.caption,
    corner: "architecture",
    columns: columns.map((column) => column.shown),
    more: tied ? ["ties"] : [],
    measures: [...spread, ...seeds],
    fixed: references.length,
    rows: [...references, ...networks],
  };
}
