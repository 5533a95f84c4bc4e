// The playground: every network and the oracle answer while the reader types.

const MAX_LINES = 4;
const MAX_WORDS = 60;

// Make the controls, and answer whenever they change. Returns a function that shows a state.
async function startPlayground() {
  const { parts, colours } = await unpack("playground-data");
  const task = make("select", { id: "playground-task" }, ...parts.map((part) => make("option", { value: part.task }, part.task)));
  const text = make("textarea", { id: "playground-text", rows: 2, spellcheck: "false", autocapitalize: "off" });
  const status = make("p", { role: "status", class: "faint" });
  const answers = make("div");
  const models = new Map();
  const view = { word: null };
  const model = async () => {
    const part = parts.find((candidate) => candidate.task === task.value) ?? parts[0];
    if (!models.has(part)) models.set(part, await modelOf(part, colours));
    return models.get(part);
  };
  const render = async () => {
    const part = await model();
    const lines = text.value.split("\n").map((line) => wordsOfLine(part, line)).filter((words) => words.length);
    const tables = lines.slice(0, MAX_LINES).map((words, line) => answerTables(part, words, line, view, render));
    answers.replaceChildren(...tables.flat());
    const count = Math.min(lines.length, MAX_LINES);
    status.textContent = count ? `${part.networks.length} networks answer.` : "Type a sentence.";
    if (lines.length > count) status.textContent += ` The first ${MAX_LINES} sentences are answered.`;
  };
  const answerAll = async (sentences) => {
    text.value = sentences.join("\n");
    view.word = null;
    await render();
  };
  const changed = () => {
    view.word = null;
    keepState("playground", { task: parts.length > 1 ? task.value : "", text: text.value });
    render();
  };
  const pair = make("button", { type: "button" }, "The lecture's pair");
  pair.addEventListener("click", async () => answerAll((await model()).sentences));
  text.addEventListener("input", changed);
  task.addEventListener("change", async () => {
    await answerAll((await model()).sentences);
    changed();
  });
  const restore = async (state) => {
    if (parts.some((part) => part.task === state.get("task"))) task.value = state.get("task");
    await answerAll(state.get("text")?.split("\n") ?? (await model()).sentences);
  };
  await restore(stateOf("playground"));
  document.getElementById("playground-page").replaceChildren(
    parts.length > 1 ? make("p", {}, make("label", { for: "playground-task" }, "Task "), task) : "",
    make("p", {}, make("label", { for: "playground-text" }, "Your sentences, one a line"), text),
    make("p", { class: "buttons" }, pair),
    status,
    answers,
  );
  return restore;
}

// Return a part of the demo with its networks and its oracle.
async function modelOf(part, colours) {
  const networks = await networksOf(part.copies, part.labels.length);
  const supported = networks.filter((network) => network.cell.kind in CELLS);
  const [vocabulary, leftOut] = [new Set(part.copies.words), new Set(part.copies.left_out)];
  return { ...part, networks: supported, colours, vocabulary, leftOut, oracle: await oracleOf(part.oracle) };
}

// Return the words of a sentence in the spelling of the task.
function wordsOfLine(part, line) {
  const words = line.split(/\s+/).filter((word) => word);
  return (part.lower ? words.map((word) => word.toLowerCase()) : words).slice(0, MAX_WORDS);
}

// Return the tables of a sentence: the most probable label of each word, and all labels of the chosen word.
function answerTables(part, words, line, view, render) {
  const answers = part.networks.map((network) => answersOf(network, words));
  const exact = part.oracle ? inLabels(part, posteriorsOf(part.oracle, words)) : { problem: null };
  const chosen = view.word?.line === line && view.word.place < words.length ? view.word.place : null;
  const choose = (place) => {
    view.word = place === chosen ? null : { line, place };
    render().then(() => document.querySelector(`#playground button[data-place="${line}-${place}"]`)?.focus());
  };
  const note = exact.problem ? make("p", { class: "faint" }, `There is no exact answer: the sentence is not in the language of the training split. ${sentenceCase(exact.problem)}.`) : null;
  const first = scrolling(labelsTable(part, words, answers, exact, { line, chosen, choose }));
  return [first, note, chosen === null ? null : scrolling(wordTable(part, words[chosen], answers, exact, chosen))].filter((element) => element);
}

// Return the oracle's posteriors with labels in the order of the task.
function inLabels(part, posteriors) {
  if (posteriors.problem) return posteriors;
  const order = part.labels.map((label) => part.oracle.labels.indexOf(label));
  const reordered = (rows) => rows.map((row) => order.map((from) => row[from] ?? 0));
  return { prefix: reordered(posteriors.prefix), sentence: reordered(posteriors.sentence) };
}

// Return a table of the most probable label of every word, a row for each network, under the oracle's.
function labelsTable(part, words, answers, exact, { line, chosen, choose }) {
  const heads = words.map((word, place) => {
    const button = make("button", { type: "button", "aria-pressed": String(place === chosen), "data-place": `${line}-${place}` }, word);
    button.addEventListener("click", () => choose(place));
    return make("th", { scope: "col" }, button, unknownWordNote(part, word));
  });
  const rows = part.networks.map((network, i) => {
    const cells = answers[i].map((row, place) => labelCell(part, row, exact.sentence?.[place]));
    return make("tr", {}, networkHead(part, network), ...cells);
  });
  return make(
    "table",
    {},
    make("caption", {}, `“${words.join(" ")}”`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "architecture"), ...heads)),
    exact.sentence ? make("tbody", { class: "exact" }, ...exactRows(exact, (row) => labelCell(part, row))) : "",
    make("tbody", {}, ...rows),
  );
}

// Return the two rows of the oracle: with the whole sentence, and with the sentence up to the word.
function exactRows(exact, cell) {
  const posteriors = [["the oracle, seeing the whole sentence", exact.sentence], ["the oracle, up to the word", exact.prefix]];
  return posteriors.map(([name, rows]) => make("tr", {}, make("th", { scope: "row" }, name), ...rows.map(cell)));
}

// Return a cell with the most probable label; it is wrong where its probability for the oracle is below 0.05.
function labelCell(part, row, exact) {
  const best = row.indexOf(Math.max(...row));
  const mark = exact === undefined ? "" : exact[best] >= Math.max(...exact) - 1e-9 ? "right" : exact[best] < 0.05 ? "wrong" : "possible";
  const signs = { right: "✓", wrong: "✗", possible: "~" };
  const sign = mark ? [make("span", { "aria-hidden": "true", class: "sign" }, signs[mark]), make("span", { class: "unseen" }, `${mark}: `)] : [];
  return make("td", { class: mark || null }, ...sign, part.labels[best], " ", make("small", {}, row[best].toFixed(2)));
}

// Return a table of the probabilities of every label for one word, a row for each network.
function wordTable(part, word, answers, exact, place) {
  const cells = (row) => row.map((value) => {
    const cell = make("td", { class: "share", "data-value": value }, value.toFixed(3));
    cell.style.setProperty("--share", value);
    return cell;
  });
  const posteriors = exact.sentence ? [["the oracle, seeing the whole sentence", exact.sentence[place]], ["the oracle, up to the word", exact.prefix[place]]] : [];
  const oracleRows = posteriors.map(([name, row]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells(row)));
  const rows = part.networks.map((network, i) => make("tr", {}, networkHead(part, network), ...cells(answers[i][place])));
  return make(
    "table",
    { class: "numbers" },
    make("caption", {}, `“${word}”, word ${place + 1}: the probability of every label`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "architecture"), ...part.labels.map((label) => make("th", { scope: "col" }, label)))),
    make("tbody", { class: "exact" }, ...oracleRows),
    make("tbody", {}, ...rows),
  );
}

// Return the heading of a network's row, with its colour.
function networkHead(part, network) {
  const dot = make("span", { class: "dot", "aria-hidden": "true" });
  dot.style.backgroundColor = part.colours[network.architecture] ?? "currentColor";
  return make("th", { scope: "row" }, dot, network.architecture);
}

// Return a note on a word that is not in the vocabulary of the networks.
function unknownWordNote(part, word) {
  if (part.vocabulary.has(word)) return null;
  return make("small", { class: "strange" }, part.leftOut.has(word) ? "left out of this page" : "unknown word");
}

// Return a table in a box that scrolls, also by keyboard.
function scrolling(table) {
  const label = table.querySelector("caption").textContent;
  return make("div", { class: "scroll", role: "group", "aria-label": label, tabindex: 0 }, table);
}

// Return a sentence with a capital first letter.
function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const playground = whenNear(document.getElementById("playground"), startPlayground);
// The state is read after the networks are ready: the reader may have typed meanwhile.
followAddress("playground", async () => {
  const restore = await playground();
  await restore(stateOf("playground"));
});
