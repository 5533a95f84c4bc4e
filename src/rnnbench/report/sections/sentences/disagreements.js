// Sentences on which networks disagree: a choice of two networks, and a link that opens a sentence in the playground.

// Make the choice of a right and a wrong network, and a link at each sentence.
async function startDisagreements() {
  const page = document.getElementById("disagreements-page");
  if (!page) return;
  const networks = await unpack("disagreements-data");
  const names = [...new Set(Object.values(networks).flat())];
  const networkSelect = (id) => make("select", { id }, make("option", { value: "" }, "any network"), ...names.map((name) => make("option", {}, name)));
  const [right, wrong] = [networkSelect("disagreements-right"), networkSelect("disagreements-wrong")];
  const status = make("span", { role: "status", class: "faint" });
  const sentences = [...document.querySelectorAll("#disagreements .sentence")];
  const isMatch = (sentence) => {
    const has = (name, kind) => name === "" || numbersIn(sentence, kind).some((i) => networks[sentence.dataset.of][i] === name);
    return has(right.value, "right") && has(wrong.value, "wrong");
  };
  const count = () => {
    const shown = sentences.filter((sentence) => !sentence.hidden && !sentence.closest("[data-task][hidden]"));
    status.textContent = several(shown.length, "sentence");
  };
  const filter = () => {
    for (const sentence of sentences) sentence.hidden = !isMatch(sentence);
    const hasChoice = right.value !== "" || wrong.value !== "";
    for (const topic of document.querySelectorAll("#disagreements details")) {
      topic.hidden = topic.querySelectorAll(".sentence:not([hidden])").length === 0;
      if (hasChoice) topic.open = !topic.hidden;
    }
    count();
  };
  for (const select of [right, wrong]) select.addEventListener("change", filter);
  for (const sentence of sentences) sentence.append(tryLink(sentence, page.dataset.report));
  const controls = [make("label", { for: right.id }, "Right: "), right, " ", make("label", { for: wrong.id }, "Wrong: "), wrong, " ", status];
  page.replaceChildren(make("p", { class: "buttons" }, ...controls));
  filter();
  followTask(count);
}

// Return the numbers of the networks that are right or wrong about a sentence.
function numbersIn(sentence, kind) {
  return sentence.dataset[kind].split(" ").filter((text) => text).map(Number);
}

// Return the link that opens a sentence in the playground of the report.
function tryLink(sentence, report) {
  const state = new URLSearchParams({ task: sentence.dataset.of, text: sentence.querySelector("caption").textContent.trim() });
  return make("a", { href: `${report}#playground?${state}` }, "Try this sentence");
}

const disagreementsDrawn = startDisagreements();
