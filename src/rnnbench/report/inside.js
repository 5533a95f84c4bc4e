// Step by step through a memory: doors that open, a cell that fills, and what happens in words.

const SVG = "http://www.w3.org/2000/svg";
const PAUSE = 1600;

// Make the controls and the drawing, and show the step that the address names. Returns what shows another.
async function startInside() {
  const { steps, networks } = await unpack("inside-data");
  const choice = make("select", { id: "inside-network" }, ...networks.map((one) => make("option", { value: one.name }, one.title)));
  const slider = make("input", { type: "range", id: "inside-step", min: 1, max: steps.length, step: 1 });
  const [back, next, play] = ["Back", "Next", "Play"].map((text) => make("button", { type: "button" }, text));
  const said = make("p", { "aria-live": "polite", class: "said" });
  const drawing = shape("svg", { viewBox: "0 0 640 250", role: "img", class: "machine" });
  let timer = null;
  const show = () => {
    const network = networks.find((one) => one.name === choice.value) ?? networks[0];
    const number = Number(slider.value) - 1;
    drawMachine(drawing, network, steps[number], number);
    drawing.setAttribute("aria-label", network.words[number]);
    said.textContent = network.words[number];
    slider.setAttribute("aria-valuetext", `step ${number + 1} of ${steps.length}`);
    back.disabled = number === 0;
    next.disabled = number === steps.length - 1;
    pointAt(network.name, number);
  };
  const change = () => {
    keepState("inside", { network: choice.value, step: slider.value });
    show();
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  };
  const go = (by) => {
    slider.value = Number(slider.value) + by;
    change();
  };
  const tick = () => (Number(slider.value) < steps.length ? go(1) : stop());
  back.addEventListener("click", () => go(-1));
  next.addEventListener("click", () => go(1));
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) === steps.length) slider.value = 1;
    change();
    timer = setInterval(tick, PAUSE);
    play.textContent = "Pause";
  });
  slider.addEventListener("input", change);
  choice.addEventListener("change", change);
  document.getElementById("inside-page").replaceChildren(
    make("p", { class: "buttons" }, make("label", { for: choice.id }, "Network "), choice),
    make("figure", { class: "stepper" }, drawing, said),
    make("p", { class: "buttons" }, back, " ", next, " ", play, " ", make("label", { for: slider.id }, "Step "), slider),
  );
  const restore = (state) => {
    if (networks.some((one) => one.name === state.get("network"))) choice.value = state.get("network");
    slider.value = state.get("step") ?? 1;
    show();
  };
  restore(stateOf("inside"));
  return restore;
}

// Return a new element of a drawing.
function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Draw the memory cell at a step: what comes in from the left, the memory in the middle, the answer at the right.
function drawMachine(drawing, network, step, number) {
  const { write, keep, read } = network.doors;
  const memory = network.memory[number];
  const largest = Math.max(...network.memory.map(Math.abs)) || 1;
  const pipe = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-opacity": 0.45 };
  drawing.replaceChildren(
    shape("path", { d: "M70 160H260M380 160H570", ...pipe }),
    shape("path", { d: "M350 110V60H290V110", ...pipe, "stroke-dasharray": keep ? "none" : "3 5" }),
    label(40, 152, `${step.x[0]}`, 22, "bold"),
    label(40, 176, "x₁", 13),
    ...tank(memory, largest),
    ...(write ? door(170, 160, write, number, false) : []),
    ...(keep ? door(320, 60, keep, number, true) : [label(320, 48, "rewritten through the weights", 12)]),
    ...(read ? door(470, 160, read, number, false) : []),
    label(600, 152, rounded(network.answers[number]), 22, "bold"),
    label(600, 176, "answer", 13),
    label(600, 194, `wanted ${step.target}`, 12),
    label(40, 212, step.told, 13, step.told === "nothing" ? "normal" : "bold"),
  );
}

// Return a text in the middle of a place.
function label(x, y, text, size, weight = "normal") {
  return shape("text", { x, y, "font-size": size, "font-weight": weight, "text-anchor": "middle", fill: "currentColor" }, text);
}

// Return the memory as a tank that is filled as far as its number is large; below 0 in another colour.
function tank(memory, largest) {
  const height = (90 * Math.abs(memory)) / largest;
  return [
    shape("rect", { x: 265, y: 110, width: 110, height: 100, rx: 8, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
    shape("rect", { x: 270, y: 205 - height, width: 100, height, rx: 4, fill: memory < 0 ? "#d2691e" : "#2a86c7", "fill-opacity": 0.45, class: "fill" }),
    label(320, 166, rounded(memory), 20, "bold"),
    label(320, 232, "memory", 13),
  ];
}

// Return a gate as two leaves that leave a gap as wide as it is open, across a pipe.
function door(x, y, gate, number, lies) {
  const open = gate.open[number];
  const leaf = 30 * (1 - open);
  const look = { fill: "currentColor", "fill-opacity": 0.85, class: "leaf" };
  const leaves = lies
    ? [{ x: x - 30, y: y - 5, width: leaf, height: 10 }, { x: x + 30 - leaf, y: y - 5, width: leaf, height: 10 }]
    : [{ x: x - 5, y: y - 30, width: 10, height: leaf }, { x: x - 5, y: y + 30 - leaf, width: 10, height: leaf }];
  const frame = lies
    ? `M${x - 30} ${y - 9}V${y + 9}M${x + 30} ${y - 9}V${y + 9}`
    : `M${x - 9} ${y - 30}H${x + 9}M${x - 9} ${y + 30}H${x + 9}`;
  return [
    shape("path", { d: frame, stroke: "currentColor", "stroke-width": 2 }),
    ...leaves.map((place) => shape("rect", { ...place, ...look })),
    label(x, lies ? y - 32 : y - 56, gate.name, 13),
    label(x, lies ? y - 16 : y - 40, rounded(open), 13, "bold"),
  ];
}

// Return a number with two decimals and a real minus.
function rounded(value) {
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", "−");
}

// Show in the pictures below which step and network is meant.
function pointAt(name, number) {
  for (const figure of document.querySelectorAll("#inside figure[data-network]")) {
    const cursor = figure.querySelector(".cursor");
    const width = Number(cursor.getAttribute("width"));
    cursor.dataset.first ??= cursor.getAttribute("x");
    cursor.setAttribute("x", Number(cursor.dataset.first) + width * number);
    cursor.setAttribute("visibility", figure.dataset.network === name ? "visible" : "hidden");
  }
}

const theInside = whenNear(document.getElementById("inside"), startInside);
followAddress("inside", async () => (await theInside())(stateOf("inside")));
