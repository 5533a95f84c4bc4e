// Sentences on which networks disagree: a choice of two networks, and a button that opens a sentence in the playground.

// Make the choice of a right and a wrong network, and a button at each sentence.
async function startDisagreements() {
  const { parts } = await unpack("playground-data");
  const names = [...new Set(parts.flatMap((part) => part.copies.networks.map((network) => network.architecture)))];
  const networkSelect = (id) => make("select", { id }, make("option", { value: "" }, "any network"), ...names.map((name) => make("option", {}, name)));
  const [right, wrong] = [networkSelect("disagreements-right"), networkSelect("disagreements-wrong")];
  const status = make("span", { role: "status", class: "faint" });
  const sentences = [...document.querySelectorAll("#disagreements .sentence")];
  const isMatch = (sentence) => {
    const part = parts.find((candidate) => candidate.task === sentence.dataset.task);
    const has = (name, kind) => name === "" || numbersIn(sentence, kind).some((i) => part?.copies.networks[i]?.architecture === name);
    return has(right.value, "right") && has(wrong.value, "wrong");
  };
  const filter = () => {
    for (const sentence of sentences) sentence.hidden = !isMatch(sentence);
    const hasChoice = right.value !== "" || wrong.value !== "";
    for (const topic of document.querySelectorAll("#disagreements details")) {
      const count = topic.querySelectorAll(".sentence:not([hidden])").length;
      topic.hidden = count === 0;
      if (hasChoice) topic.open = count > 0;
    }
    status.textContent = `${sentences.filter((sentence) => !sentence.hidden).length} sentences`;
  };
  for (const select of [right, wrong]) select.addEventListener("change", filter);
  for (const sentence of sentences) sentence.append(tryButton(sentence));
  const controls = [make("label", { for: right.id }, "Right: "), right, " ", make("label", { for: wrong.id }, "Wrong: "), wrong, " ", status];
  document.getElementById("disagreements-page").replaceChildren(make("p", { class: "buttons" }, ...controls));
  filter();
}

// Return the numbers of the networks that are right or wrong about a sentence.
function numbersIn(sentence, kind) {
  return sentence.dataset[kind].split(" ").filter((text) => text).map(Number);
}

// Return the button that opens a sentence in the playground.
function tryButton(sentence) {
  const button = make("button", { type: "button" }, "Try this sentence");
  const words = sentence.querySelector("caption").textContent.trim();
  button.addEventListener("click", async () => (await playground()).answer(sentence.dataset.task, words));
  return button;
}

whenNear(document.getElementById("disagreements"), startDisagreements);
