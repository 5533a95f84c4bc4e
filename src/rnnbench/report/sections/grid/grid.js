// The grid in the page: controls, table, scale, details of a cell, copies; its state is kept in the address.

const GRID_STATE = ["task", "what", "split", "metric", "sort", "order", "filter", "ties", "encoder", "architecture"];
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

class Grid {
  // Make the controls, once.
  constructor(section, data) {
    this.section = section;
    this.data = readGrid(data);
    this.state = Object.fromEntries(GRID_STATE.map((name) => [name, ""]));
    this.selects = Object.fromEntries(["task", "what", "split", "metric"].map((name) => [name, make("select")]));
    this.filter = make("input", { type: "search", autocomplete: "off" });
    this.ties = make("input", { type: "checkbox" });
    this.told = make("p", { role: "status", class: "faint" });
    this.area = make("textarea", { readonly: true, rows: "8", hidden: true, "aria-label": "The table as text" });
    this.details = make("div", { id: "grid-cell" });
    this.meaning = make("p", { class: "faint" });
    this.place();
    this.listen();
  }

  // Put the controls above the table, the details and the copies below it.
  place() {
    const words = { task: "Task", what: "Show", split: "Split", metric: "Metric" };
    const labels = Object.entries(this.selects).map(([name, select]) => make("label", {}, `${words[name]} `, select));
    labels.push(make("label", {}, "Filter names ", this.filter));
    labels.push(make("label", { class: "check" }, this.ties, " Group ties"));
    const hint = "Choose a heading to sort, a cell for all that is known of it. Arrow keys go from cell to cell.";
    const copies = Object.keys(FORMATS).map((name) => {
      return make("button", { type: "button", "data-format": name }, `Copy as ${name}`);
    });
    this.part("grid-controls").replaceChildren(
      make("div", { class: "controls" }, ...labels),
      make("p", { class: "faint controls" }, hint),
      this.meaning,
    );
    this.part("grid-more").replaceChildren(
      make("div", { class: "controls" }, ...copies, this.told, this.area),
      this.details,
    );
  }

  // Return a part of the section by its id.
  part(id) {
    return this.section.querySelector(`#${id}`);
  }

  // Answer what is chosen, typed and clicked.
  listen() {
    for (const [name, select] of Object.entries(this.selects)) {
      select.addEventListener("change", () => this.change({ [name]: select.value }));
    }
    this.filter.addEventListener("input", () => this.change({ filter: this.filter.value.trim() }));
    this.ties.addEventListener("change", () => this.change({ ties: this.ties.checked ? "grouped" : "" }));
    const table = this.part("grid-table");
    table.addEventListener("click", (event) => this.click(event.target.closest("button")));
    table.addEventListener("keydown", (event) => this.move(event));
    this.part("grid-more").addEventListener("click", (event) => this.copy(event.target.closest("[data-format]")));
  }

  // Take over a state, such as that of the address, and show it.
  restore(state) {
    for (const name of GRID_STATE) this.state[name] = state.get(name) ?? "";
    this.filter.value = this.state.filter;
    this.show();
  }

  // Change a part of the state, show it, and keep it in the address.
  change(values) {
    Object.assign(this.state, values);
    this.show();
    keepState("grid", this.state);
  }

  // Show the state: what is not there is replaced by what is nearest.
  show() {
    this.grid = gridOf(this.data, this.state);
    const { task, view, tied } = this.grid;
    Object.assign(this.state, { task: task.name, what: view.what, split: view.split, metric: view.metric });
    this.section.dataset.what = view.what;
    this.offer();
    this.ties.checked = Boolean(this.state.ties);
    this.ties.parentElement.hidden = !tied;
    const meaning = this.data.meanings[view.split];
    this.meaning.textContent = meaning ? `The split ${view.split}: ${meaning}.` : "";
    this.draw();
    this.area.hidden = true;
    this.told.textContent = "";
    this.open();
  }

  // Offer what there is to choose from.
  offer() {
    const { task, view } = this.grid;
    const { whats, splits, metrics, tasks, named } = this.data;
    const alike = nearestViews(task.views, "what", [view.what]);
    const own = nearestViews(alike, "split", [view.split]);
    fillSelect(this.selects.task, tasks.map((one) => [one.name, named(one.name)]), task.name);
    fillSelect(this.selects.what, distinctOf(task.views, "what").map((one) => [one, whats[one]]), view.what);
    fillSelect(this.selects.split, distinctOf(alike, "split").map((one) => [one, splits[one] ?? one]), view.split);
    fillSelect(this.selects.metric, distinctOf(own, "metric").map((one) => [one, metrics[one]]), view.metric);
  }

  // Draw table and scale anew; the focus stays where it was.
  draw() {
    const place = this.part("grid-table");
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    place.firstElementChild.setAttribute("aria-label", this.grid.view.caption);
    place.querySelector("table").replaceWith(gridTable(this.grid, this.state));
    if (key) place.querySelector(`[data-key="${key}"]`)?.focus();
    drawScale(this.part("grid-scale"), this.grid.view);
  }

  // Sort by a heading, or open and close a cell.
  click(button) {
    if (!button) return;
    if (button.dataset.sort !== undefined) return this.sort(button);
    const [encoder, architecture] = this.namesOf(Number(button.dataset.cell));
    const same = this.state.encoder === encoder && this.state.architecture === architecture;
    this.change(same ? { encoder: "", architecture: "" } : { encoder, architecture });
    this.details.querySelector("h3")?.scrollIntoView({ block: "nearest" });
  }

  // Sort by a heading's column, in the next order.
  sort(button) {
    const name = button.dataset.sort;
    const numeric = name !== "architecture" && name !== "ties";
    const order = nextOrder(name === this.state.sort ? this.state.order : null, numeric);
    this.change({ sort: order ? name : "", order: order ?? "" });
  }

  // Return encoder and architecture of a cell.
  namesOf(cell) {
    const { encoders, architectures } = this.grid.task;
    return [encoders[cell % encoders.length], architectures[Math.floor(cell / encoders.length)]];
  }

  // Show what is known of the cell that is chosen, if one is.
  open() {
    const { task } = this.grid;
    const column = task.encoders.indexOf(this.state.encoder);
    const row = task.architectures.indexOf(this.state.architecture);
    const cell = row * task.encoders.length + column;
    const shown = column >= 0 && row >= 0 ? cellElement(this.data, task, cell) : null;
    this.details.replaceChildren(...(shown ? [shown] : []));
    if (!shown) return Object.assign(this.state, { encoder: "", architecture: "" });
    this.section.querySelector(`[data-cell="${cell}"]`)?.setAttribute("aria-expanded", "true");
    this.told.textContent = "What is known of the chosen cell stands below the table.";
  }

  // Move the focus from cell to cell.
  move(event) {
    const [step, button] = [ARROWS[event.key], event.target.closest("[data-cell]")];
    if (!step || !button) return;
    const lines = [...this.section.querySelectorAll("#grid-table tr")];
    const rows = lines.map((line) => [...line.querySelectorAll("[data-cell]")]).filter((line) => line.length);
    const row = rows.findIndex((one) => one.includes(button));
    const next = rows[row + step[0]]?.[rows[row].indexOf(button) + step[1]];
    event.preventDefault();
    if (!next) return;
    button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  // Copy what is shown, and show the text.
  async copy(button) {
    if (!button) return;
    const name = button.dataset.format;
    this.area.value = FORMATS[name](sheetOf(this.grid));
    this.area.hidden = false;
    const done = await copyText(this.area);
    this.told.textContent = done ? `Copied as ${name}.` : `This is the table as ${name}: select and copy it.`;
  }
}

// Return a key's distinct values, in order.
function distinctOf(things, key) {
  return [...new Set(things.map((thing) => thing[key]))];
}

// Fill a select; it is hidden where there is no choice.
function fillSelect(select, options, value) {
  select.replaceChildren(...options.map(([name, text]) => make("option", { value: name }, text)));
  select.value = value;
  select.parentElement.hidden = options.length < 2;
}

// Return the table of a grid, as parts.html writes it, with buttons in headings and cells.
function gridTable(grid, state) {
  const names = ["architecture", ...grid.columns.map((column) => column.name), ...(grid.tied ? ["ties"] : [])];
  const shown = ["architecture", ...grid.columns.map((column) => column.shown), "ties"];
  const head = names.map((name, place) => {
    const marks = { type: "button", class: "sort", "data-sort": name, "data-key": `sort ${place}` };
    const order = name === state.sort && state.order;
    return make("th", { scope: "col", "aria-sort": order }, make("button", marks, make("bdi", {}, shown[place])));
  });
  const table = make("table", { class: "numbers" },
    make("caption", {}, make("bdi", {}, grid.view.caption)),
    make("thead", {}, make("tr", {}, ...head)),
    ...grid.references.map((group) => referenceBody(group, grid)),
    ...grid.groups.map((group) => networkBody(group, grid)));
  table.querySelector("[data-cell]")?.setAttribute("tabindex", "0");
  return table;
}

// Return a body of rows under a heading, which may be empty.
function bodyOf(heading, width, rows, kind = null) {
  const name = make("th", { scope: "rowgroup", colspan: width }, make("bdi", {}, heading));
  return make("tbody", { class: kind }, heading ? make("tr", { class: "group" }, name) : null, ...rows);
}

// Return the rows of the oracle or the rivals: one number for all columns.
function referenceBody({ heading, rows }, { columns, tied }) {
  const lines = rows.map((row) => make("tr", {},
    make("th", { scope: "row" }, make("bdi", {}, row.shown)),
    make("td", { class: `heat-${row.shade}`, colspan: columns.length }, make("bdi", {}, row.number)),
    tied ? make("td") : null));
  return bodyOf(heading, columns.length + 1 + tied, lines, "fixed");
}

// Return the rows of networks; a cell without a number is hatched and says why.
function networkBody({ heading, rows }, { columns, tied }) {
  const lines = rows.map((row) => make("tr", {},
    make("th", { scope: "row" }, make("bdi", {}, row.shown)),
    ...row.cells.map(spotElement),
    tied ? make("td", {}, ...wordElements(row.letters ?? "", row.fair)) : null));
  const none = make("tr", {}, make("td", { colspan: columns.length + 1 + tied }, "No name has these words."));
  return bodyOf(heading, columns.length + 1 + tied, lines.length ? lines : [none]);
}

// Return a cell of the table: a button with what stands in it.
function spotElement(spot) {
  const parts = spot.mean === null ? wordElements(spot.text) : wordElements(spot.number, spot.note);
  const marks = { type: "button", tabindex: "-1", "data-cell": spot.cell, "data-key": `cell ${spot.cell}` };
  const button = make("button", { ...marks, "aria-expanded": "false" }, ...parts);
  return make("td", { class: spot.mean === null ? "hatched" : `heat-${spot.shade}` }, button);
}

// Return a text and its note as elements.
function wordElements(text, note = "") {
  return [make("bdi", {}, text), ...(note ? [" ", make("small", {}, make("bdi", {}, note))] : [])];
}

// Put a view's marks on the scale, and say what they are.
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

// Make the grid when it is scrolled near, or when the address asks for it.
function prepareGrid() {
  const section = document.getElementById("grid");
  if (!section) return;
  let made = null;
  const ready = () => (made ??= unpack("grid-data").then((data) => new Grid(section, data)));
  whenNear(section, async () => {
    const grid = await ready();
    if (!grid.grid) grid.show();
  });
  followAddress("grid", async (state) => (await ready()).restore(state));
}

prepareGrid();
