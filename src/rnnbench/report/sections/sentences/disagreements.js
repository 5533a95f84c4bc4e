// Sentences on which networks disagree: a choice of two networks, and a link that opens a sentence in the playground.

// Make the choice of a right and a wrong network, and a link at each sentence.
async function startDisagreements() {
  const networks = await unpack("disagreements-data");
  const names = [...new Set(Object.values(networks).flat())];
  const networkSelect = (id) => make("select", { id }, make("option", { value: "" }, "any network"), ...names.map((name) => make("option", {}, name)));
  const [right, wrong] = [networkSelect("disagreements-right"), networkSelect("disagreements-wrong")];
  const status = make("span", { role: "status", class: "faint" });
  const sentences = [...document.querySelectorAll("#disagreements .sentence")];
  const isMatch = (sentence) => {
    const has = (name, kind) => name === "" || numbersIn(sentence, kind).some((i) => networks[sentence.dataset.task][i] === name);
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
  for (const sentence of sentences) sentence.append(tryLink(sentence));
  const controls = [make("label", { for: right.id }, "Right: "), right, " ", make("label", { for: wrong.id }, "Wrong: "), wrong, " ", status];
  document.getElementById("disagreements-page").replaceChildren(make("p", { class: "buttons" }, ...controls));
  filter();
}

// Return the numbers of the networks that are right or wrong about a sentence.
function numbersIn(sentence, kind) {
  return sentence.dataset[kind].split(" ").filter((text) => text).map(Number);
}

// Return the link that opens a sentence in the playground of the report.
function tryLink(sentence) {
  const state = new URLSearchParams({ task: sentence.dataset.task, text: sentence.querySelector("caption").textContent.trim() });
  const { report } = document.getElementById("disagreements-page").dataset;
  return make("a", { href: `${report}#playground?${state}` }, "Try this sentence");
}

whenNear(document.getElementById("disagreements"), startDisagreements);
