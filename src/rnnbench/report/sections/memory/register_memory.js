// Inside the memory: steps through the example, network by network, and lets gates be broken.

const SECONDS_A_STEP = 1.8;

// What is shown: a network, a step (0, 1, ...) and the gates that are ablated. `show` draws it.
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

  // Return all steps as they are with these gates ablated.
  get steps() {
    return this.network.steps[this.ablated.join(".")];
  }

  // Return the boxes by which gates are ablated.
  get boxes() {
    return [...this.ablations.querySelectorAll("input")];
  }

  // Return the gates that the reader wants ablated.
  get chosen() {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  // Let every control do its work.
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

  // Go to another step, network or choice of gates as the reader wants it, and keep it in the address.
  move(wanted) {
    this.stop();
    this.go(wanted);
    this.keep();
  }

  // Take over what can be shown of what is wanted, and show it.
  go({ network = this.network, step = this.step, ablated = this.ablated }) {
    this.network = network;
    this.step = Math.min(Math.max(step, 0), this.stepsOf(network) - 1);
    this.ablated = Object.hasOwn(network.steps, ablated.join(".")) ? ablated : [];
    this.show();
  }

  // Return how many steps a network has.
  stepsOf(network) {
    return network.steps[""].length;
  }

  // Keep in the address what is shown.
  keep() {
    keepState("register_memory", { step: this.step + 1, network: this.network.name, ablated: this.ablated.join(".") });
  }

  // Show what the address says.
  restore(state) {
    const network = this.networks.find(({ name }) => name === state.get("network")) ?? this.network;
    const step = Math.trunc(Number(state.get("step"))) || 1;
    this.stop();
    this.go({ network, step: step - 1, ablated: (state.get("ablated") ?? "").split(".") });
  }

  // Go on by itself from here, or from the first step when this is the last.
  start() {
    if (this.step === this.steps.length - 1) this.go({ step: 0 });
    this.timer = setInterval(() => this.tick(), 1000 * SECONDS_A_STEP);
    this.tellPlaying(true);
  }

  // Go one step on; stop at the last.
  tick() {
    this.go({ step: this.step + 1 });
    if (this.step === this.steps.length - 1) this.move({});
  }

  // Stay where we are.
  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.tellPlaying(false);
  }

  // Say whether it plays; a screen reader is not to be talked over by every step of it.
  tellPlaying(playing) {
    this.play.textContent = playing ? "Pause" : "Play";
    this.words.setAttribute("aria-live", playing ? "off" : "polite");
  }

  // Show the step of a picture that was clicked.
  point(picture, event) {
    const svg = event.currentTarget;
    const rightOfNames = event.clientX - svg.getBoundingClientRect().left - Number(svg.dataset.left);
    if (rightOfNames < 0) return;
    const step = Math.floor(rightOfNames / Number(svg.dataset.column));
    const network = this.networks.find(({ name }) => name === picture.dataset.network);
    this.move({ network, step, ablated: picture.dataset.ablated.split(".") });
  }

  // Bring controls, drawing, sentences and pictures to what is shown.
  show() {
    const now = this.steps[this.step];
    this.select.value = String(this.networks.indexOf(this.network));
    this.range.value = String(this.step + 1);
    this.range.setAttribute("aria-valuetext", `step ${this.step + 1} of ${this.steps.length}`);
    document.getElementById("register_memory-place").textContent = `Step ${this.step + 1} of ${this.steps.length}`;
    for (const button of this.root.querySelectorAll("[data-move]")) {
      button.setAttribute("aria-disabled", String(!this.steps[this.step + Number(button.dataset.move)]));
    }
    this.ablations.hidden = Object.keys(this.network.steps).length === 1;
    for (const box of this.boxes) box.checked = this.ablated.includes(box.value);
    this.words.replaceChildren(...now.words.map((sentence) => make("p", {}, sentence)));
    this.draw(now);
    for (const picture of this.pictures) this.pointOut(picture);
  }

  // Set doors, flows and the level of the drawing, and write its numbers.
  draw(now) {
    for (const door of this.root.querySelectorAll("[data-gate]")) this.setDoor(door, now.gates[door.dataset.gate]);
    for (const flow of this.root.querySelectorAll("[data-flow]")) this.setFlow(flow, now.gates[flow.dataset.flow]);
    const looks = "look" in now.gates || this.network.kind === "elman";
    this.reveal("[data-wall=look]", looks);
    this.reveal("[data-wall=no-look]", !looks);
    this.reveal("[data-wall=keep]", "keep" in now.gates);
    this.root.querySelector("[data-level]").style.transform = `scaleY(${now.full})`;
    for (const text of this.root.querySelectorAll("[data-say]")) text.textContent = now.shown[text.dataset.say];
  }

  // Slide a door as far as its gate is open; one that the network does not have is not there.
  setDoor(door, open) {
    door.style.display = open === undefined ? "none" : "";
    if (open === undefined) return;
    const leaf = door.querySelector("[data-leaf]");
    leaf.style.transform = `translateX(${-Math.round(open * Number(leaf.dataset.leaf))}px)`;
    door.querySelector("[data-number]").textContent = open.toFixed(2);
  }

  // Let as much flow through a pipe as its door lets; a pipe without a door is open, where there is such a pipe.
  setFlow(flow, open) {
    const name = flow.dataset.flow;
    const without = name === "keep" || (name === "look" && this.network.kind !== "elman") ? 0 : 1;
    const width = name === "keep" || name === "look" ? 22 : 33;
    flow.style.strokeWidth = `${width * (open ?? without)}px`;
  }

  // Let a part of the drawing be seen, or not.
  reveal(selector, seen) {
    this.root.querySelector(selector).style.display = seen ? "" : "none";
  }

  // Shade the step that is shown in a picture, and frame the picture of what is shown.
  pointOut(picture) {
    const svg = picture.querySelector("svg");
    const shade = svg.querySelector(".now");
    shade.setAttribute("x", Number(svg.dataset.left) + Number(svg.dataset.column) * this.step);
    shade.setAttribute("fill-opacity", "0.1");
    const same = picture.dataset.network === this.network.name && picture.dataset.ablated === this.ablated.join(".");
    picture.classList.toggle("shown", same);
  }
}

// Make the section step through its example, where there is one.
async function startRegisterMemory() {
  const networks = await unpack("register_memory-data");
  if (!networks) return;
  const player = new MemoryPlayer(networks);
  player.go({});
  followAddress("register_memory", (state) => player.restore(state));
}

startRegisterMemory();
