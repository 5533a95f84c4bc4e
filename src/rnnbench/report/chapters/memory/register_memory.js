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
    keepState("register_memory", { step: this.step + 1, network: this.network.id, ablated: this.ablated.join(".") });
  }

  // Show a state from the address.
  restore(state) {
    const network = this.networks.find(({ id }) => id === state.get("network")) ?? this.network;
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
    for (const label of this.play.querySelectorAll("[data-when]")) {
      label.hidden = (label.dataset.when === "playing") !== playing;
    }
    this.words.setAttribute("aria-live", playing ? "off" : "polite");
  }

  // Update controls, drawing, equations and sentences.
  show() {
    const step = this.steps[this.step];
    this.select.value = String(this.networks.indexOf(this.network));
    this.range.value = String(this.step + 1);
    this.range.setAttribute("aria-valuetext", `${this.step + 1} / ${this.steps.length}`);
    for (const text of this.root.querySelectorAll("[data-step]")) text.textContent = this.step + 1;
    for (const text of this.root.querySelectorAll("[data-steps]")) text.textContent = this.steps.length;
    for (const button of this.root.querySelectorAll("[data-move]")) {
      button.setAttribute("aria-disabled", String(!this.steps[this.step + Number(button.dataset.move)]));
    }
    this.ablations.hidden = Object.keys(this.network.steps).length === 1;
    for (const box of this.boxes) box.checked = this.ablated.includes(box.value);
    this.words.replaceChildren(...step.words.map((texts) => this.sentence(...texts)));
    for (const sum of this.root.querySelectorAll("[data-sum]")) {
      sum.textContent = sum.dataset.sum in step.sums ? `= ${step.sums[sum.dataset.sum]}` : "";
    }
    this.draw(step);
  }

  // Set the doors, the flows, the level and the labels of the drawing.
  draw(step) {
    for (const part of this.root.querySelectorAll("[data-kind]")) {
      part.style.display = part.dataset.kind === this.network.kind ? "" : "none";
    }
    for (const door of this.root.querySelectorAll("[data-gate]")) this.setDoor(door, step.gates[door.dataset.gate]);
    for (const flow of this.root.querySelectorAll("[data-flow]")) this.setFlow(flow, this.flowing(flow, step.gates));
    const hasFeedback = "reset" in step.gates || this.network.kind === "elman";
    this.setVisible("[data-wall=feedback]", hasFeedback);
    this.setVisible("[data-wall=no-feedback]", !hasFeedback);
    this.setVisible("[data-wall=forget]", "forget" in step.gates);
    this.root.querySelector("[data-level]").style.transform = `scaleY(${step.full})`;
    for (const text of this.root.querySelectorAll("[data-label]")) this.setLabel(text, step.shown[text.dataset.label]);
  }

  // Write a label. What a state stands for is hidden with its words where it is not known.
  setLabel(text, shown) {
    text.textContent = text.dataset.label === "entering" && shown ? ` = ${shown}` : shown;
    if (text.dataset.label === "stands") text.parentNode.style.display = shown ? "" : "none";
  }

  // Slide a door as far as its gate is open; hide it if the network does not have the gate.
  setDoor(door, open) {
    door.style.display = open === undefined ? "none" : "";
    if (open === undefined) return;
    const leaf = door.querySelector("[data-leaf]");
    leaf.style.transform = `translateX(${-Math.round(open * Number(leaf.dataset.leaf))}px)`;
    for (const number of door.querySelectorAll("[data-number]")) number.textContent = open.toFixed(2);
  }

  // Return how wide a pipe flows, 0 to 1: as far as its gate is open. A pipe without a gate is open, if the network has
  // the pipe: an Elman network has no way around the memory. How an LSTM's answer feeds its gates is not drawn.
  flowing(flow, gates) {
    const name = flow.dataset.flow;
    if (name === "feedback") return gates.reset ?? Number(this.network.kind === "elman");
    return gates[name] ?? Number(name !== "forget");
  }

  // Set the width of what flows through a pipe.
  setFlow(flow, open) {
    const width = ["forget", "feedback"].includes(flow.dataset.flow) ? 22 : 33;
    flow.style.strokeWidth = `${width * open}px`;
  }

  // Show or hide a part of the drawing.
  setVisible(selector, visible) {
    this.root.querySelector(selector).style.display = visible ? "" : "none";
  }

  // Return a sentence in both languages, of which style.css shows one.
  sentence(english, chinese) {
    const texts = [make("span", { class: "en" }, english), make("span", { class: "zh", lang: "zh-Hans" }, chinese)];
    return make("p", {}, ...texts);
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
