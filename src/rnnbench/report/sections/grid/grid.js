// The grid: controls, table, scale, details of a cell, copies. The address has its state.

const GRID_STATE = ["task", "what", "split", "metric", "sort", "order", "filter", "encoder", "architecture"];

class Grid {
  // Make the controls.
  constructor(section, data) {
    this.section = section;
    this.data = readGrid(data);
    this.state = Object.fromEntries(GRID_STATE.map((name) => [name, ""]));
    this.selects = Object.fromEntries(["what", "split", "metric"].map((name) => [name, make("select")]));
    this.filter = make("input", { type: "search", autocomplete: "off" });
    this.status = make("p", { role: "status", class: "faint" });
    this.area = make("textarea", { readonly: true, rows: "8", hidden: true, "aria-label": "The table as text" });
    this.details = make("div", { id: "grid-cell" });
    this.meaning = make("p", { class: "faint" });
    this.place();
    this.listen();
  }

  // Put the controls above the table, and the details and the copies below it.
  place() {
    const captions = { what: "Show", split: "Split", metric: "Metric" };
    const labels = Object.entries(this.selects).map(([name, select]) => make("label", {}, `${captions[name]} `, select));
    labels.push(make("label", {}, "Filter names ", this.filter));
    const hint = "Choose a heading to sort by it, or a cell for its details. Arrow keys move from cell to cell.";
    const copies = Object.keys(FORMATS).map((name) => {
      return make("button", { type: "button", "data-format": name }, `Copy as ${name}`);
    });
    this.part("grid-controls").replaceChildren(
      make("div", { class: "controls" }, ...labels),
      make("p", { class: "faint controls" }, hint),
      this.meaning,
    );
    this.part("grid-more").replaceChildren(
      make("div", { class: "controls" }, ...copies, this.status, this.area),
      this.details,
    );
  }

  // Return a part of the section by its id.
  part(id) {
    return this.section.querySelector(`#${id}`);
  }

  // Listen to all controls.
  listen() {
    for (const [name, select] of Object.entries(this.selects)) {
      select.addEventListener("change", () => this.change({ [name]: select.value }));
    }
    this.filter.addEventListener("input", () => this.change({ filter: this.filter.value.trim() }));
    const table = this.part("grid-table");
    table.addEventListener("click", (event) => this.click(event.target.closest("button")));
    table.addEventListener("keydown", (event) => moveFocus(event, table));
    this.part("grid-more").addEventListener("click", (event) => this.copy(event.target.closest("[data-format]")));
  }

  // Show a state, such as the one in the address. The whole page shows its task.
  restore(state) {
    const { task } = this.state;
    for (const name of GRID_STATE) this.state[name] = state.get(name) ?? "";
    this.state.task ||= task;
    this.filter.value = this.state.filter;
    this.show();
    keepTask(this.data.printable(this.grid.task.name));
  }

  // Show the task that is chosen for the whole page.
  follow(shown) {
    const task = this.data.tasks.find(({ name }) => this.data.printable(name) === shown);
    if (!task || (this.grid && task === this.grid.task)) return;
    this.state.task = task.name;
    this.show();
  }

  // Change a part of the state, show it, and write it to the address.
  change(values) {
    Object.assign(this.state, values);
    this.show();
    keepState("grid", this.state);
  }

  // Show the state. Choices that do not exist are replaced by the nearest ones.
  show() {
    this.grid = gridOf(this.data, this.state);
    const { task, view } = this.grid;
    Object.assign(this.state, { task: task.name, what: view.what, split: view.split, metric: view.metric });
    this.section.dataset.what = view.what;
    this.offer();
    const meaning = this.data.meanings[view.split];
    this.meaning.textContent = meaning ? `The split ${view.split}: ${meaning}.` : "";
    this.draw();
    this.area.hidden = true;
    this.status.textContent = "";
    this.open();
  }

  // Fill the selects with the choices that exist.
  offer() {
    const { task, view } = this.grid;
    const { whats, splits, metrics } = this.data;
    const ofQuantity = nearestViews(task.views, "what", [view.what]);
    const ofSplit = nearestViews(ofQuantity, "split", [view.split]);
    fillSelect(this.selects.what, distinctOf(task.views, "what").map((what) => [what, whats[what]]), view.what);
    fillSelect(this.selects.split, distinctOf(ofQuantity, "split").map((split) => [split, splits[split] ?? split]), view.split);
    fillSelect(this.selects.metric, distinctOf(ofSplit, "metric").map((metric) => [metric, metrics[metric]]), view.metric);
  }

  // Draw the table and the scale; the focus stays on the same element.
  draw() {
    const place = this.part("grid-table");
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    place.firstElementChild.setAttribute("aria-label", this.grid.view.caption);
    place.querySelector("table").replaceWith(gridTable(this.grid, this.state));
    if (key) place.querySelector(`[data-key="${key}"]`)?.focus();
    drawScale(this.part("grid-scale"), this.grid.view);
  }

  // Sort by a heading, or show or hide the details of a cell.
  click(button) {
    if (!button) return;
    if (button.dataset.sort !== undefined) return this.sort(button);
    const [encoder, architecture] = this.namesOf(Number(button.dataset.cell));
    const same = this.state.encoder === encoder && this.state.architecture === architecture;
    this.change(same ? { encoder: "", architecture: "" } : { encoder, architecture });
    this.details.querySelector("h3")?.scrollIntoView({ block: "nearest" });
  }

  // Sort by the column of a heading, in the next order.
  sort(button) {
    const name = button.dataset.sort;
    const order = nextOrder(name === this.state.sort ? this.state.order : null, name !== "architecture");
    this.change({ sort: order ? name : "", order: order ?? "" });
  }

  // Return the encoder and the architecture of a cell.
  namesOf(cell) {
    const { encoders, architectures } = this.grid.task;
    return [encoders[cell % encoders.length], architectures[Math.floor(cell / encoders.length)]];
  }

  // Show the details of the chosen cell, if there is one.
  open() {
    const { task } = this.grid;
    const column = task.encoders.indexOf(this.state.encoder);
    const row = task.architectures.indexOf(this.state.architecture);
    const cell = row * task.encoders.length + column;
    const element = column >= 0 && row >= 0 ? cellElement(this.data, task, cell) : null;
    this.details.replaceChildren(...(element ? [element] : []));
    if (!element) return Object.assign(this.state, { encoder: "", architecture: "" });
    this.section.querySelector(`[data-cell="${cell}"]`)?.setAttribute("aria-expanded", "true");
    this.status.textContent = "The details of the chosen cell are below the table.";
  }

  // Copy the visible table, and show the text.
  async copy(button) {
    if (!button) return;
    const name = button.dataset.format;
    this.area.value = FORMATS[name](sheetOf(this.grid));
    this.area.hidden = false;
    const done = await copyText(this.area);
    this.status.textContent = done ? `Copied as ${name}.` : `This is the table as ${name}: select and copy it.`;
  }
}

// Return the table of a grid, as in macros.html, with buttons in headings and cells.
function gridTable(grid, state) {
  const names = ["architecture", ...grid.columns.map((column) => column.name)];
  const texts = [make("bdi", {}, "architecture"), ...grid.columns.map(nameElement)];
  const head = names.map((name, place) => {
    const attributes = { type: "button", class: "sort", "data-sort": name, "data-key": `sort ${place}` };
    const order = name === state.sort && state.order;
    return make("th", { scope: "col", "aria-sort": order }, make("button", attributes, texts[place]));
  });
  const table = make("table", { class: "numbers" },
    make("caption", {}, make("bdi", {}, grid.view.caption)),
    make("thead", {}, make("tr", {}, ...head)),
    ...grid.references.map((group) => referenceBody(group, grid)),
    networkBody(grid.networks, grid));
  table.querySelector("[data-cell]")?.setAttribute("tabindex", "0");
  return table;
}

// Return the name of a network or an encoder, with its identifier as tooltip, as in names.py.
function nameElement({ named, shown }) {
  return make("bdi", { title: named === shown ? null : shown }, named);
}

// Return a body of rows under a heading, which may be empty.
function bodyOf(heading, width, rows, kind = null) {
  const name = make("th", { scope: "rowgroup", colspan: width }, make("bdi", {}, heading));
  return make("tbody", { class: kind }, heading ? make("tr", { class: "group" }, name) : null, ...rows);
}

// Return the rows of the oracle or the baselines: one number for all columns.
function referenceBody({ heading, rows }, { columns }) {
  const lines = rows.map((row) => make("tr", {},
    make("th", { scope: "row" }, nameElement(row)),
    make("td", { class: `heat-${row.shade}`, colspan: columns.length }, make("bdi", {}, row.number))));
  return bodyOf(heading, columns.length + 1, lines, "fixed");
}

// Return the rows of networks; a cell without a number is hatched and has the reason.
function networkBody({ heading, rows }, { columns }) {
  const lines = rows.map((row) => make("tr", {},
    make("th", { scope: "row" }, nameElement(row)),
    ...row.cells.map(buttonCell)));
  const none = make("tr", {}, make("td", { colspan: columns.length + 1 }, "No name has these words."));
  return bodyOf(heading, columns.length + 1, lines.length ? lines : [none]);
}

// Return a cell of the table, with a button around its contents.
function buttonCell(cell) {
  const contents = cell.mean === null ? [make("bdi", {}, cell.text)] : numberElements(cell);
  const attributes = { type: "button", tabindex: "-1", "data-cell": cell.cell, "data-key": `cell ${cell.cell}` };
  const button = make("button", { ...attributes, "aria-expanded": "false" }, ...contents);
  return make("td", { class: cell.mean === null ? "hatched" : `heat-${cell.shade}` }, button);
}

// Return a number with its sign, its interval and its note as elements, as in macros.html.
function numberElements({ number, converged, interval, note }) {
  const small = (text, kind) => (text ? [" ", make("small", { class: kind }, make("bdi", {}, text))] : []);
  return [make("bdi", {}, number), ...(converged ? [] : notConverged()), ...small(interval, "interval"), ...small(note, null)];
}

// Put the references of a view on the scale, with its description.
function drawScale(figure, view) {
  const scale = figure.querySelector("svg");
  scale.setAttribute("aria-label", `Scale of the colours: ${view.scale}`);
  for (const line of scale.querySelectorAll("line")) line.remove();
  for (const mark of view.marks) {
    const line = document.createElementNS(scale.namespaceURI, "line");
    const place = { x1: 0.4 * mark, x2: 0.4 * mark, y1: 0, y2: 16 };
    for (const [name, value] of Object.entries(place)) line.setAttribute(name, value);
    scale.append(line);
  }
  figure.querySelector("figcaption").replaceChildren(make("bdi", {}, view.scale));
}

// Make the grid, with the task of the page and the state of the address.
async function startGrid() {
  const section = document.getElementById("grid");
  if (!section) return;
  const grid = new Grid(section, await unpack("grid-data"));
  grid.follow(TASKS.chosen);
  if (!grid.grid) grid.show();
  followTask((task) => {
    grid.follow(task);
    if (location.hash.startsWith("#grid?")) keepState("grid", grid.state);
  });
  followAddress("grid", (state) => grid.restore(state));
}

const gridDrawn = startGrid();
