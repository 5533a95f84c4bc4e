// The first screen's maps: one selector bar, three tables with the same rows, and score against parameters.

const MAPS_STATE = ["task", "split", "metric", "size", "encoder", "architecture"];
const SVG = "http://www.w3.org/2000/svg";
const [PLOT_LEFT, PLOT_TOP, PLOT_WIDTH, PLOT_HEIGHT] = [44, 30, 286, 340];

class Maps {
  // Make the controls.
  constructor(section, data) {
    this.section = section;
    this.data = readGrid(data);
    this.state = Object.fromEntries(MAPS_STATE.map((name) => [name, ""]));
    this.selects = Object.fromEntries(["task", "split", "metric", "size"].map((name) => [name, make("select", { id: `maps-${name}` })]));
    const names = { task: ["Task", "任务"], split: ["Split", "数据"], metric: ["Metric", "指标"], size: ["Size", "大小"] };
    const labels = Object.entries(this.selects).map(([name, select]) => make("label", {}, ...said(...names[name]), " ", select));
    section.querySelector("#maps-controls").replaceChildren(...labels);
    this.panel = section.querySelector("#maps-cell");
    this.listen();
  }

  // Listen to the controls and the cells.
  listen() {
    for (const [name, select] of Object.entries(this.selects)) {
      select.addEventListener("change", () => this.change({ [name]: select.value }));
    }
    const maps = this.section.querySelector(".maps");
    maps.addEventListener("click", (event) => this.choose(event.target.closest("[data-cell]")));
    maps.addEventListener("keydown", (event) => moveFocus(event, event.target.closest("table")));
    for (const kind of ["pointerover", "focusin"]) maps.addEventListener(kind, (event) => this.highlight(event.target));
    maps.addEventListener("pointerleave", () => this.highlight(null));
  }

  // Show a state, such as the one in the address.
  restore(state) {
    for (const name of MAPS_STATE) this.state[name] = state.get(name) ?? "";
    this.show();
  }

  // Change a part of the state, show it, and write it to the address.
  change(values) {
    Object.assign(this.state, values);
    this.show();
    keepState("maps", this.state);
  }

  // Show the state. Choices that do not exist are replaced by the nearest ones.
  show() {
    const { data, state } = this;
    const { task, view } = viewOf(data, { ...state, what: "score" });
    Object.assign(state, { task: task.name, split: view.split, metric: view.metric });
    const sizes = [...new Set(task.architectures.map((name) => data.sizes[name]))].filter(Boolean);
    if (!sizes.includes(state.size)) state.size = "";
    this.offer(task, view, sizes);
    this.views = {
      score: view,
      gap: task.views.find((other) => other.what === "gap" && other.split === "gap" && other.metric === view.metric),
      parameters: task.views.find((other) => other.what === "parameters" && other.metric === "parameters"),
    };
    this.rows = [...task.architectures.keys()].filter((row) => !state.size || data.sizes[task.architectures[row]] === state.size);
    for (const what of Object.keys(this.views)) this.draw(task, what);
    drawScatter(this.section.querySelector("#maps-scatter"), this.points(task), data, task);
    this.section.querySelector("#maps-picks").replaceChildren(...pickNames(data, task));
    this.open(task);
  }

  // Fill the selects with the choices that exist.
  offer(task, view, sizes) {
    const { data, selects } = this;
    const scores = nearestViews(task.views, "what", ["score"]);
    const ofSplit = nearestViews(scores, "split", [view.split]);
    fillSelect(selects.task, data.tasks.map(({ name }) => [name, data.printable(name)]), task.name);
    fillSelect(selects.split, distinctOf(scores, "split").map((split) => [split, split]), view.split);
    fillSelect(selects.metric, distinctOf(ofSplit, "metric").map((metric) => [metric, data.metrics[metric]]), view.metric);
    fillSelect(selects.size, [["", "all"], ...(sizes.length > 1 ? sizes.map((size) => [size, size]) : [])], this.state.size);
  }

  // Draw one map; the focus stays on the same cell.
  draw(task, what) {
    const figure = this.section.querySelector(`[data-what="${what}"]`);
    const focused = figure.contains(document.activeElement) ? document.activeElement.dataset.cell : null;
    const table = figure.querySelector("table");
    if (what === "score") table.caption.querySelector("small").textContent = `${this.data.metrics[this.views.score.metric]}, ${this.views.score.split}`;
    table.replaceWith(mapTable(this.data, task, this.views, what, this.rows, table.caption));
    if (focused) figure.querySelector(`[data-cell="${focused}"]`)?.focus();
  }

  // Return the points of the scatter: every cell with a score and a size.
  points(task) {
    const { score, parameters } = this.views;
    if (!parameters) return [];
    const width = task.encoders.length;
    const cells = this.rows.flatMap((row) => [...task.encoders.keys()].map((column) => row * width + column));
    return cells
      .filter((cell) => Number.isFinite(score.mean[cell] ?? NaN) && (parameters.mean[cell] ?? 0) > 0)
      .map((cell) => ({
        cell,
        encoder: cell % width,
        architecture: task.architectures[Math.floor(cell / width)],
        parameters: parameters.mean[cell],
        low: score.low?.[cell] ?? score.mean[cell],
        high: score.high?.[cell] ?? score.mean[cell],
        score: score.mean[cell],
        converged: !task.unfinal.has(cell),
      }));
  }

  // Mark the row and the point under the pointer or the focus in all pictures.
  highlight(target) {
    const row = target?.closest?.("[data-row]")?.dataset.row;
    const cell = target?.closest?.("[data-cell]")?.dataset.cell;
    for (const element of this.section.querySelectorAll("tr[data-row]")) element.classList.toggle("linked", element.dataset.row === row);
    for (const element of this.section.querySelectorAll(".maps [data-cell]")) element.classList.toggle("linked", element.dataset.cell === cell);
  }

  // Open or close the panel of a cell.
  choose(button) {
    if (!button) return;
    const task = this.data.tasks.find(({ name }) => name === this.state.task);
    const [column, row] = [Number(button.dataset.cell) % task.encoders.length, Math.floor(Number(button.dataset.cell) / task.encoders.length)];
    const [encoder, architecture] = [task.encoders[column], task.architectures[row]];
    const same = this.state.encoder === encoder && this.state.architecture === architecture;
    this.change(same ? { encoder: "", architecture: "" } : { encoder, architecture });
    this.panel.querySelector("h3")?.scrollIntoView({ block: "nearest" });
  }

  // Show the panel of the chosen combination, if there is one.
  open(task) {
    const [column, row] = [task.encoders.indexOf(this.state.encoder), task.architectures.indexOf(this.state.architecture)];
    const cell = column >= 0 && row >= 0 ? row * task.encoders.length + column : null;
    if (cell === null) Object.assign(this.state, { encoder: "", architecture: "" });
    this.panel.replaceChildren(...(cell === null ? [] : [cellElement(this.data, task, cell)]));
    for (const button of this.section.querySelectorAll("button[data-cell]")) {
      button.setAttribute("aria-expanded", String(cell !== null && button.dataset.cell === String(cell)));
    }
  }
}

// Return a map as a table: the references, then a row for each architecture.
function mapTable(data, task, views, what, rows, caption) {
  const view = views[what];
  const columns = task.encoders.map((name, index) => ({ index, name, shown: data.printable(name) }));
  const heads = columns.map(({ name, shown }) => make("th", { scope: "col" }, make("bdi", { title: shown === name ? null : name }, shown)));
  const shown = view ? rows.flatMap((row) => columns.map(({ index }) => view.mean[row * columns.length + index])).filter((mean) => mean !== null) : [];
  const lines = rows.map((row) => {
    const { name, shown: text, cells } = rowOf(data, task, view ?? { mean: [], otherwise: new Map() }, columns, row);
    const head = make("th", { scope: "row" }, make("bdi", { title: text === name ? null : name }, text));
    return make("tr", { "data-row": row }, head, ...cells.map((cell) => mapCell(cell, view, shown)));
  });
  const table = make("table", {},
    caption,
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { class: "unseen" }, "architecture")), ...heads)),
    make("tbody", { class: "references" }, ...referenceRows(views.score, columns.length, what === "score")),
    make("tbody", {}, ...lines));
  table.querySelector("[data-cell]")?.setAttribute("tabindex", "0");
  return table;
}

// Return the rows of the oracle that sees all, and of the best answer without memory, where they are known; `filled` with
// their scores or, beside another map, empty.
function referenceRows(view, width, filled) {
  const names = { "the whole sentence": ["oracle, whole sentence", "oracle，看整句"], "the word alone": ["oracle, the word alone", "oracle，只看这个词"] };
  const values = new Map(view.references.filter(([group]) => group === "The oracle, seeing").map(([, name, value]) => [name, value]));
  return Object.keys(names).filter((name) => values.has(name)).map((name) => make("tr", {},
    make("th", { scope: "row" }, ...said(...names[name])),
    make("td", { colspan: width }, filled ? formatNumber(values.get(name), view.digits) : "")));
}

// Return a cell of a map, with a button around its number.
function mapCell(cell, view, shown) {
  const empty = cell.mean === null;
  const attributes = { type: "button", tabindex: "-1", "data-cell": cell.cell, title: empty ? cell.text : null };
  const interval = cell.low ? make("small", { class: "interval" }, `${cell.low} – ${cell.high}`) : null;
  const contents = empty ? ["–"] : [cell.number, ...(cell.converged ? [] : notConverged()), interval];
  return make("td", { class: empty ? "hatched" : `heat-${shadeAmong(cell.mean, shown, view.logarithmic)}` }, make("button", attributes, ...contents));
}

// Return the shade of a number on a scale over the shown numbers, 0 to 9; `shade` in maps.py does the same.
function shadeAmong(number, shown, logarithmic) {
  const scale = logarithmic ? (value) => Math.log(Math.max(value, 1)) : (value) => value;
  const [low, high] = [scale(Math.min(...shown)), scale(Math.max(...shown))];
  const share = high > low ? (scale(number) - low) / (high - low) : 0.5;
  return Math.min(9, Math.max(0, Math.floor(10 * share)));
}

// Draw score against parameters, the front, and the names of the chosen points.
function drawScatter(svg, points, data, task) {
  svg.replaceChildren();
  svg.toggleAttribute("hidden", points.length < 2);
  if (points.length < 2) return;
  const x = logScale(points.map(({ parameters }) => parameters), PLOT_WIDTH);
  const y = linearScale(points.flatMap(({ low, high }) => [low, high]), PLOT_HEIGHT);
  const across = (value) => PLOT_LEFT + x.place(value);
  const up = (value) => PLOT_TOP + PLOT_HEIGHT - y.place(value);
  svg.append(
    ...x.ticks.flatMap((value) => [lineShape(across(value), PLOT_TOP, across(value), PLOT_TOP + PLOT_HEIGHT, "rule"), textShape(thousands(value), across(value), PLOT_TOP + PLOT_HEIGHT + 16, "middle")]),
    ...y.ticks.flatMap((value) => [lineShape(PLOT_LEFT, up(value), PLOT_LEFT + PLOT_WIDTH, up(value), "rule"), textShape((value / 1e4).toFixed(y.digits), PLOT_LEFT - 5, up(value) + 4, "end")]),
  );
  const best = frontOf(points);
  const steps = best.flatMap((point, i) => [...(i ? [[across(point.parameters), up(best[i - 1].score)]] : []), [across(point.parameters), up(point.score)]]);
  steps.push([PLOT_LEFT + PLOT_WIDTH, up(best.at(-1).score)]);
  svg.append(shape("polyline", { points: steps.map((place) => place.join(",")).join(" "), class: "front" }));
  for (const point of points) svg.append(pointMark(point, across(point.parameters), up(point.score), [up(point.low), up(point.high)], data, task));
  svg.append(...pickRings(points, task, across, up));
  svg.append(textShape("parameters", PLOT_LEFT + PLOT_WIDTH, PLOT_TOP + PLOT_HEIGHT + 32, "end", "tick-text en"), textShape("参数量", PLOT_LEFT + PLOT_WIDTH, PLOT_TOP + PLOT_HEIGHT + 32, "end", "tick-text zh"));
}

// Return the points that no point with at most as many parameters reaches, smallest first.
function frontOf(points) {
  const best = [];
  for (const point of [...points].sort((a, b) => a.parameters - b.parameters || b.score - a.score)) {
    if (!best.length || point.score > best.at(-1).score) best.push(point);
  }
  return best;
}

// Return a scale of powers of ten with ticks at 1, 2 and 5 times each.
function logScale(values, length) {
  const [low, high] = [Math.log10(Math.min(...values)) - 0.05, Math.log10(Math.max(...values)) + 0.05];
  const decades = [...Array(Math.ceil(high) - Math.floor(low) + 1).keys()].map((i) => 10 ** (Math.floor(low) + i));
  const all = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]).filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const ticks = all.length > 5 ? all.filter((value) => /^1/.test(String(value))) : all;
  return { place: (value) => (length * (Math.log10(value) - low)) / (high - low), ticks: ticks.length ? ticks : all };
}

// Return a linear scale with at most seven round ticks; `digits` says with how many decimals of a score.
function linearScale(values, length) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(20, 0.04 * (most - least));
  const [low, high] = [least - margin, most + margin];
  const step = [50, 100, 200, 500, 1000, 2000, 5000, 10000].find((size) => (high - low) / size <= 7) ?? 20000;
  const first = Math.ceil(low / step) * step;
  const ticks = [...Array(Math.floor((high - first) / step) + 1).keys()].map((i) => first + i * step);
  return { place: (value) => (length * (value - low)) / (high - low), ticks, digits: step < 100 ? 3 : step < 1000 ? 2 : 1 };
}

// Return a number of parameters in short.
function thousands(value) {
  return value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value);
}

// Return a mark for a point with its interval: a colour for each architecture, a shape for each encoder.
function pointMark(point, x, y, [low, high], data, task) {
  const colour = data.colours[point.architecture] ?? "currentColor";
  const fill = point.converged ? colour : "none";
  const shapes = [
    () => shape("circle", { cx: x, cy: y, r: 4.5 }),
    () => shape("rect", { x: x - 4, y: y - 4, width: 8, height: 8 }),
    () => shape("path", { d: `M${x} ${y - 5.5}l5 9h-10z` }),
    () => shape("path", { d: `M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5-5.5z` }),
  ];
  const mark = shapes[point.encoder % shapes.length]();
  for (const [name, value] of Object.entries({ fill, stroke: colour })) mark.setAttribute(name, value);
  const group = shape("g", { "data-cell": point.cell, class: "point" });
  const title = shape("title", {});
  title.textContent = `${data.printable(point.architecture)}, ${data.printable(task.encoders[point.encoder])}: ${formatNumber(point.score, 3)}, ${formatNumber(point.parameters, 0)}`;
  group.append(title, lineShape(x, low, x, high, "interval-line"), mark);
  group.querySelector("line").setAttribute("stroke", colour);
  return group;
}

// Return a ring with a number around each point that the answer names.
function pickRings(points, task, across, up) {
  return (task.picks ?? []).flatMap(([, , cell], i) => {
    const point = points.find((candidate) => candidate.cell === cell);
    if (!point) return [];
    const [x, y] = [across(point.parameters), up(point.score)];
    return [shape("circle", { cx: x, cy: y, r: 8, class: "ring" }), textShape(String(i + 1), x, y - 11, "middle", "pick")];
  });
}

// Return what the numbers of the rings stand for, and the shapes of the encoders.
function pickNames(data, task) {
  const signs = ["●", "■", "▲", "◆"];
  const names = (task.picks ?? []).flatMap(([english, chinese], i) => [make("b", {}, `${i + 1} `), ...said(english, chinese), " "]);
  const encoders = task.encoders.map((name, i) => `${signs[i % signs.length]} ${data.printable(name)}`);
  return [...names, make("br"), encoders.length > 1 ? encoders.join("  ") : ""];
}

// Return an SVG element.
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Return a line of SVG.
function lineShape(x1, y1, x2, y2, kind) {
  return shape("line", { x1, y1, x2, y2, class: kind });
}

// Return a text of SVG.
function textShape(text, x, y, anchor, kind = "tick-text") {
  const element = shape("text", { x, y, "text-anchor": anchor, class: kind });
  element.textContent = text;
  return element;
}

// Fill the maps when the page is read; the address may have another state.
async function startMaps() {
  const section = document.getElementById("maps");
  if (!section) return;
  const maps = new Maps(section, await unpack("maps-data"));
  maps.restore(stateOf("maps"));
  followAddress("maps", (state) => maps.restore(state));
}

startMaps();
