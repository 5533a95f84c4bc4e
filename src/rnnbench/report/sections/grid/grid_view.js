// What the grid shows: from the packed tables and the state of the controls to rows and columns. No element is made
// here.

// Return the packed grid with its lists of pairs as maps, and how a name is shown.
function readGrid(data) {
  const shown = new Map(data.shown);
  for (const task of data.tasks) {
    for (const key of ["why", "unfinished", "messages"]) task[key] = new Map(task[key]);
    for (const view of task.views) view.otherwise = new Map(view.otherwise);
  }
  return { ...data, named: (name) => shown.get(name) ?? name };
}

// Return the task and the view that a state asks for, or else the nearest that there are.
function viewOf(data, state) {
  const task = data.tasks.find((one) => one.name === state.task) ?? data.tasks[0];
  const alike = nearestViews(nearestViews(task.views, "what", [state.what, "score"]), "split", [state.split, "test"]);
  return { task, view: nearestViews(alike, "metric", [state.metric, task.headline])[0] };
}

// Return the views that have the first of these values that any has, or else what the first view has.
function nearestViews(views, key, values) {
  const value = values.find((one) => views.some((view) => view[key] === one)) ?? views[0][key];
  return views.filter((view) => view[key] === value);
}

// Return what is to be seen: the task, the view, columns, groups of references, groups of networks.
function gridOf(data, state) {
  const { task, view } = viewOf(data, state);
  const [encoders, architectures] = [task.encoders, task.architectures].map((names) => names.map(data.named));
  const words = wordsOf(state.filter);
  const read = fitting(encoders, words);
  const columns = (read.length ? read : [...encoders.keys()]).map((index) => {
    return { index, name: task.encoders[index], shown: encoders[index] };
  });
  const every = architectures.map((_, index) => rowOf(data, task, view, columns, index));
  const tied = hasTies(task, view);
  const heading = view.references.length ? "Networks" : "";
  const groups = tied && state.ties ? tieGroups(every) : [{ heading, rows: every }];
  const known = read.length && isKnown([...encoders, ...architectures], words);
  const kept = new Set(known ? fitting(architectures, words) : []);
  const left = groups.map(({ heading, rows }) => ({ heading, rows: rows.filter((row) => kept.has(row.index)) }));
  const some = kept.size ? left.filter(({ rows }) => rows.length) : [{ heading, rows: [] }];
  const shown = some.map((group) => inOrder(group, columns, state));
  return { task, view, columns, tied, references: referencesOf(view), groups: shown };
}

// Return whether each word is in some name.
function isKnown(names, words) {
  return words.every((word) => names.some((name) => hasWords(name, [word])));
}

// Return the places of the names that have all words, leaving out words that no name has.
function fitting(names, words) {
  const fit = words.filter((word) => isKnown(names, [word]));
  return [...names.keys()].filter((index) => hasWords(names[index], fit));
}

// Return whether the letters of ties are about this view.
function hasTies(task, view) {
  return Boolean(task.ties) && view.what === "score" && view.split === "test" && view.metric === task.ties.metric;
}

// Return an architecture's row.
function rowOf(data, task, view, columns, index) {
  const first = index * task.encoders.length;
  const name = task.architectures[index];
  const cells = columns.map((column) => spotOf(data, task, view, first + column.index));
  const { letters, ranks, fair } = task.ties ?? { letters: [], ranks: [], fair: [] };
  const tie = { letters: letters[index], rank: ranks[index] ?? null, fair: fair[index] };
  return { index, name, shown: data.named(name), cells, ...tie };
}

// Return what stands in a cell: its number, spread and count as shown, its shade; or why it has none.
function spotOf(data, task, view, cell) {
  const mean = view.mean[cell];
  if (mean === null || mean === undefined) return { cell, mean: null, text: task.why.get(cell) ?? data.unscored };
  const [std, seeds] = [view.std[cell] ?? null, view.otherwise.get(cell)];
  const spread = std === null ? "" : shownNumber(std, view.digits);
  const notes = [spread && `± ${spread}`, seeds ? several(seeds, "seed") : "", task.unfinished.get(cell) ?? ""];
  return {
    cell,
    mean,
    number: shownNumber(mean, view.digits, view.what === "gap"),
    spread,
    seeds: String(seeds ?? view.seeds),
    note: notes.filter(Boolean).join(", "),
    shade: shadeOf(mean, view),
  };
}

// Return the oracle and the rivals as groups of rows.
function referencesOf(view) {
  const groups = new Map();
  for (const [heading, name, value] of view.references) {
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push({ shown: name, number: shownNumber(value, view.digits), shade: shadeOf(value, view) });
  }
  return [...groups].map(([heading, rows]) => ({ heading, rows }));
}

// Return a held number as it is shown; `written` in grid.py does the same.
function shownNumber(held, digits, signed = false) {
  const size = digits ? Math.floor((Math.abs(held) + 5) / 10) : Math.abs(held);
  const sign = size === 0 ? "" : held < 0 ? "−" : signed ? "+" : "";
  const [whole, rest] = [Math.floor(size / 10 ** digits), String(size % 10 ** digits).padStart(digits, "0")];
  return `${sign}${String(whole).replace(/\B(?=(\d{3})+$)/g, ",")}${digits ? `.${rest}` : ""}`;
}

// Return the shade of a held number, 0 to 9; `shade` in grid.py does the same.
function shadeOf(held, view) {
  const { low, high } = view;
  const share = !view.logarithmic
    ? (held - low) / (high - low)
    : held > 0 ? Math.log(held / low) / Math.log(high / low) : 0;
  return Math.min(9, Math.max(0, Math.floor(10 * share)));
}

// Return a number with its noun.
function several(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// Return rows in groups of networks that cannot be told apart, the best first. Letters overlap: a network stands with
// the best that it is tied with.
function tieGroups(rows) {
  const groups = new Map();
  for (const row of rows.toSorted((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity))) {
    const key = row.letters === "–" ? `alone ${row.name}` : `${row.fair} ${row.letters?.[0] ?? ""}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()].map((own) => ({ heading: tieHeading(own), rows: own }));
}

// Return what is said above networks that are tied.
function tieHeading(rows) {
  const [{ letters, fair }] = rows;
  if (!letters) return "not ranked";
  if (letters === "–") return ["told apart from all others", fair].filter(Boolean).join(", ");
  const told = rows.length > 1 ? "cannot be told apart" : "tied with some above";
  return [letters[0], told, fair].filter(Boolean).join(", ");
}

// Return a group with its rows in the order that the state asks for.
function inOrder(group, columns, state) {
  const column = columns.findIndex((one) => one.name === state.sort);
  const keys = { architecture: (row) => row.shown, ties: (row) => row.rank };
  const special = Object.hasOwn(keys, state.sort) ? keys[state.sort] : null;
  const key = column >= 0 ? (row) => row.cells[column].mean : special;
  return { ...group, rows: sorted(group.rows, key, key && state.order) };
}

// Return the grid as a sheet for copying.
function sheetOf(grid) {
  const { view, columns, tied } = grid;
  const more = (row) => (tied ? [row.letters ?? ""] : []);
  const given = grid.references.flatMap(({ heading, rows }) => {
    return rows.map(({ shown, number }) => {
      return { name: `${heading}: ${shown}`, cells: columns.map(() => ({ number })), more: more({}) };
    });
  });
  const rows = grid.groups.flatMap((group) => group.rows);
  const own = rows.map((row) => ({ name: row.shown, cells: row.cells, more: more(row) }));
  const spread = view.std.length ? [{ name: "standard deviation", key: "spread" }] : [];
  const seeds = view.seeds ? [{ name: "seeds", key: "seeds" }] : [];
  return {
    caption: view.caption,
    corner: "architecture",
    columns: columns.map((column) => column.shown),
    more: tied ? ["ties"] : [],
    measures: [...spread, ...seeds],
    fixed: given.length,
    rows: [...given, ...own],
  };
}
