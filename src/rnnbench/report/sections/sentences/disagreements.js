// Where networks disagree: choose two of them, and try a sentence oneself.

// Make the choice of who is right and who is wrong, and a button at each sentence.
async function startErrors() {
  const { parts } = await unpack("playground-data");
  const names = [...new Set(parts.flatMap((part) => part.copies.networks.map((network) => network.architecture)))];
  const choice = (id) => make("select", { id }, make("option", { value: "" }, "any network"), ...names.map((name) => make("option", {}, name)));
  const [right, wrong] = [choice("disagreements-right"), choice("disagreements-wrong")];
  const status = make("span", { role: "status", class: "faint" });
  const sentences = [...document.querySelectorAll("#disagreements .sentence")];
  const shows = (sentence) => {
    const part = parts.find((one) => one.task === sentence.dataset.task);
    const is = (name, kind) => name === "" || numbersIn(sentence, kind).some((i) => part?.copies.networks[i]?.architecture === name);
    return is(right.value, "right") && is(wrong.value, "wrong");
  };
  const filter = () => {
    for (const sentence of sentences) sentence.hidden = !shows(sentence);
    const chosen = right.value !== "" || wrong.value !== "";
    for (const topic of document.querySelectorAll("#disagreements details")) {
      const left = topic.querySelectorAll(".sentence:not([hidden])").length;
      topic.hidden = left === 0;
      if (chosen) topic.open = left > 0;
    }
    status.textContent = `${sentences.filter((sentence) => !sentence.hidden).length} sentences`;
  };
  for (const select of [right, wrong]) select.addEventListener("change", filter);
  for (const sentence of sentences) sentence.append(tryButton(sentence));
  const pair = [make("label", { for: right.id }, "Right: "), right, " ", make("label", { for: wrong.id }, "Wrong: "), wrong, " ", status];
  document.getElementById("disagreements-page").replaceChildren(make("p", { class: "buttons" }, ...pair));
  filter();
}

// Return the numbers of the networks that are right, or wrong, about a sentence.
function numbersIn(sentence, kind) {
  return sentence.dataset[kind].split(" ").filter((text) => text).map(Number);
}

// Return the button that puts a sentence where the reader types.
function tryButton(sentence) {
  const button = make("button", { type: "button" }, "Try this sentence");
  const words = sentence.querySelector("caption").textContent.trim();
  button.addEventListener("click", async () => (await playground()).answer(sentence.dataset.task, words));
  return button;
}

whenNear(document.getElementById("disagreements"), startErrors);
