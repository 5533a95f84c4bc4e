// Inside the memory: a player that steps through the example, with a choice of the network and of ablated gates.

const SECONDS_PER_STEP = 1.8;

// Shows a network, a step (0, 1, ...) and the ablated gates. `show` draws them.
class MemoryPlayer {
  constructor(networks) {
    this.networks = networks;
    this.network = networks[0];
    this.step = 0;
    this.ablated = [];
    this.timer = null;
    this.root = document.getElementById("register_memory-player");
    this.select = document.getElementById("register_memory-network");
    this.range = document.getElementById("register_memory-step");
    this.play = document.getElementById("register_memory-play");
    this.words = document.getElementById("register_memory-words");
    this.ablations = document.getElementById("register_memory-ablations");
    this.pictures = [...document.querySelectorAll("#register_memory .memories figure")];
    this.select.append(...networks.map(({ name }, place) => make("option", { value: String(place) }, name)));
    this.play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.listen();
    this.root.hidden = false;
  }

  // Return all steps with the ablated gates.
  get steps() {
    return this.network.steps[this.ablated.join(".")];
  }

  // Return the checkboxes that ablate gates.
  get boxes() {
    return [...this.ablations.querySelectorAll("input")];
  }

  // Return the gates with a checked box.
  get chosen() {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  // Listen to all controls.
  listen() {
    this.select.addEventListener("change", () => this.move({ network: this.networks[Number(this.select.value)] }));
    this.range.addEventListener("input", () => this.move({ step: Number(this.range.value) - 1 }));
    this.ablations.addEventListener("change", () => this.move({ ablated: this.chosen }));
    this.play.addEventListener("click", () => (this.timer === null ? this.start() : this.move({})));
    for (const button of this.root.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.move({ step: this.step + Number(button.dataset.move) }));
    }
    for (const picture of this.pictures) {
      picture.querySelector("svg").addEventListener("click", (event) => this.point(picture, event));
    }
  }

  // Go to another step, network or choice of gates, and write it to the address.
  move(changes) {
    this.stop();
    this.go(changes);
    this.writeAddress();
  }

  // Change the step, the network or the ablated gates as far as they exist, and show them.
  go({ network = this.network, step = this.step, ablated = this.ablated }) {
    this.network = network;
    this.step = Math.min(Math.max(step, 0), this.countSteps(network) - 1);
    this.ablated = Object.hasOwn(network.steps, ablated.join(".")) ? ablated : [];
    this.show();
  }

  // Return the number of steps of a network.
  countSteps(network) {
    return network.steps[""].length;
  }

  // Write the state to the address.
  writeAddress() {
    keepState("register_memory", { step: this.step + 1, network: this.network.name, ablated: this.ablated.join(".") });
  }

  // Show a state from the address.
  restore(state) {
    const network = this.networks.find(({ name }) => name === state.get("network")) ?? this.network;
    const step = Math.trunc(Number(state.get("step"))) || 1;
    this.stop();
    this.go({ network, step: step - 1, ablated: (state.get("ablated") ?? "").split(".") });
  }

  // Play from this step, or from the first if this is the last.
  start() {
    if (this.step === this.steps.length - 1) this.go({ step: 0 });
    this.timer = setInterval(() => this.tick(), 1000 * SECONDS_PER_STEP);
    this.setPlaying(true);
  }

  // Go to the next step; stop at the last.
  tick() {
    this.go({ step: this.step + 1 });
    if (this.step === this.steps.length - 1) this.move({});
  }

  // Stop playing.
  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.setPlaying(false);
  }

  // Set the label of the button. While playing, screen readers do not read every step.
  setPlaying(playing) {
    this.play.textContent = playing ? "Pause" : "Play";
    this.words.setAttribute("aria-live", playing ? "off" : "polite");
  }

  // Show the step of a picture that was clicked.
  point(picture, event) {
    const svg = event.currentTarget;
    const distance = event.clientX - svg.getBoundingClientRect().left - Number(svg.dataset.left);
    if (distance < 0) return;
    const step = Math.floor(distance / Number(svg.dataset.column));
    const network = this.networks.find(({ name }) => name === picture.dataset.network);
    this.move({ network, step, ablated: picture.dataset.ablated.split(".") });
  }

  // Update controls, drawing, sentences and pictures.
  show() {
    const step = this.steps[this.step];
    this.select.value = String(this.networks.indexOf(this.network));
    this.range.value = String(this.step + 1);
    this.range.setAttribute("aria-valuetext", `step ${this.step + 1} of ${this.steps.length}`);
    document.getElementById("register_memory-place").textContent = `Step ${this.step + 1} of ${this.steps.length}`;
    for (const button of this.root.querySelectorAll("[data-move]")) {
      button.setAttribute("aria-disabled", String(!this.steps[this.step + Number(button.dataset.move)]));
    }
    this.ablations.hidden = Object.keys(this.network.steps).length === 1;
    for (const box of this.boxes) box.checked = this.ablated.includes(box.value);
    this.words.replaceChildren(...step.words.map((sentence) => make("p", {}, sentence)));
    this.draw(step);
    for (const picture of this.pictures) this.highlight(picture);
  }

  // Set the doors, the flows, the level and the labels of the drawing.
  draw(step) {
    for (const door of this.root.querySelectorAll("[data-gate]")) this.setDoor(door, step.gates[door.dataset.gate]);
    for (const flow of this.root.querySelectorAll("[data-flow]")) this.setFlow(flow, step.gates[flow.dataset.flow]);
    const hasLook = "look" in step.gates || this.network.kind === "elman";
    this.setVisible("[data-wall=look]", hasLook);
    this.setVisible("[data-wall=no-look]", !hasLook);
    this.setVisible("[data-wall=keep]", "keep" in step.gates);
    this.root.querySelector("[data-level]").style.transform = `scaleY(${step.full})`;
    for (const text of this.root.querySelectorAll("[data-label]")) text.textContent = step.shown[text.dataset.label];
  }

  // Slide a door as far as its gate is open; hide it if the network does not have the gate.
  setDoor(door, open) {
    door.style.display = open === undefined ? "none" : "";
    if (open === undefined) return;
    const leaf = door.querySelector("[data-leaf]");
    leaf.style.transform = `translateX(${-Math.round(open * Number(leaf.dataset.leaf))}px)`;
    door.querySelector("[data-number]").textContent = open.toFixed(2);
  }

  // Set the flow through a pipe to the value of its gate; a pipe without a gate is open, if the network has the pipe.
  setFlow(flow, open) {
    const name = flow.dataset.flow;
    const withoutGate = name === "keep" || (name === "look" && this.network.kind !== "elman") ? 0 : 1;
    const width = name === "keep" || name === "look" ? 22 : 33;
    flow.style.strokeWidth = `${width * (open ?? withoutGate)}px`;
  }

  // Show or hide a part of the drawing.
  setVisible(selector, visible) {
    this.root.querySelector(selector).style.display = visible ? "" : "none";
  }

  // Shade the current step in a picture, and mark the picture of the current network.
  highlight(picture) {
    const svg = picture.querySelector("svg");
    const shade = svg.querySelector(".now");
    shade.setAttribute("x", Number(svg.dataset.left) + Number(svg.dataset.column) * this.step);
    shade.setAttribute("fill-opacity", "0.1");
    const isCurrent = picture.dataset.network === this.network.name && picture.dataset.ablated === this.ablated.join(".");
    picture.classList.toggle("shown", isCurrent);
  }
}

// Start the player, if the page has the section.
async function startRegisterMemory() {
  const networks = await unpack("register_memory-data");
  if (!networks) return;
  const player = new MemoryPlayer(networks);
  player.go({});
  followAddress("register_memory", (state) => player.restore(state));
}

startRegisterMemory();
