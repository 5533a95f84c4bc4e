// The tables of the playground: what the Bayes-optimal tagger and every network answer to a sentence.

const WRONG_BELOW = 0.05;
const SHOWN_FROM = 0.005;

// Return all that stands below the controls: what is read, the tables and their notes.
function answerParts(model, words, chosen, choose) {
  const answers = model.networks.map((network) => answersOf(network, words));
  const exact = model.oracle ? inLabels(model, posteriorsOf(model.oracle, words)) : {};
  const note = exact.problem
    ? make("p", { class: "faint" }, ...said(
        `There is no exact answer: the sentence is not in the language of the training split. ${sentenceCase(exact.problem[0])}.`,
        `没有精确的答案：这个句子不属于训练部分的语言，${exact.problem[1]}。`,
      ))
    : null;
  const parts = [
    readingList(model, words),
    note,
    scrolling(labelsTable(model, words, answers, exact, { chosen, choose })),
    exact.sentence ? signsText() : null,
    chosen === null ? null : scrolling(wordTable(model, words[chosen], answers, exact, chosen)),
    roundingText(model),
    leftOutList(model),
  ];
  return parts.filter((part) => part);
}

// Return the oracle's posteriors with labels in the order of the task.
function inLabels(model, posteriors) {
  if (posteriors.problem) return posteriors;
  const order = model.labels.map((label) => model.oracle.labels.indexOf(label));
  const reordered = (rows) => rows.map((row) => order.map((from) => row[from] ?? 0));
  return { prefix: reordered(posteriors.prefix), sentence: reordered(posteriors.sentence) };
}

// Return a table of the most probable label of every word, a row for each network, under the Bayes-optimal tagger's.
function labelsTable(model, words, answers, exact, { chosen, choose }) {
  const heads = words.map((word, place) => {
    const button = make("button", { type: "button", "aria-pressed": String(place === chosen), "data-place": String(place) }, make("bdi", {}, word));
    button.addEventListener("click", () => choose(place));
    return make("th", { scope: "col" }, button, readingNote(model, word));
  });
  const rows = model.networks.map((network, i) => {
    const cells = answers[i].map((row, place) => labelCell(model, row, exact.sentence?.[place]));
    return make("tr", {}, networkHead(model, network), ...cells);
  });
  return make(
    "table",
    { class: "answers" },
    make("caption", { class: "unseen" }, `“${words.join(" ")}”`),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, ...said("network", "网络")), ...heads)),
    exact.sentence ? make("tbody", { class: "exact" }, ...exactRows(exact, (rows) => rows.map((row) => labelCell(model, row)))) : "",
    make("tbody", {}, ...rows),
  );
}

// Return the two rows of the Bayes-optimal tagger: with the whole sentence, and with the sentence up to the word.
function exactRows(exact, cells) {
  const names = [["Bayes-optimal, whole sentence", "贝叶斯最优，看整句"], ["Bayes-optimal, up to the word", "贝叶斯最优，只看到该词"]];
  return ["sentence", "prefix"].map((kind, i) => make("tr", { "data-row": kind }, make("th", { scope: "row" }, ...said(...names[i])), ...cells(exact[kind])));
}

// Return a cell with the most probable label. It is wrong where its probability is small for the Bayes-optimal tagger.
function labelCell(model, row, exact) {
  const best = row.indexOf(Math.max(...row));
  const mark = exact === undefined ? "" : exact[best] >= Math.max(...exact) - 1e-9 ? "right" : exact[best] < WRONG_BELOW ? "wrong" : "possible";
  const label = make("bdi", { class: model.labels[best] === "O" ? "outside" : null }, model.labels[best]);
  return make("td", { class: mark || null }, ...(mark ? signOf(mark) : []), label, " ", make("small", {}, row[best].toFixed(2)));
}

// Return the sign of an answer, and the same in words for those who hear the page.
function signOf(mark) {
  const signs = { right: ["✓", "right: ", "正确："], wrong: ["✗", "wrong: ", "错误："], possible: ["~", "possible: ", "可能："] };
  const [sign, english, chinese] = signs[mark];
  return [make("span", { "aria-hidden": "true", class: "sign" }, sign), make("span", { class: "unseen" }, ...said(english, chinese))];
}

// Return what the signs mean.
function signsText() {
  const percent = 100 * WRONG_BELOW;
  return make("p", { class: "faint" }, ...said(
    `✓ the most probable label, given the whole sentence; ~ another possible one; ✗ one with a probability below ${percent} %. Small numbers are the network's own probabilities.`,
    `✓ 看整句时最可能的标签；~ 另一个可能的标签；✗ 概率低于${percent}%的标签。小字是网络自己给出的概率。`,
  ));
}

// Return a table of the probabilities of the labels for one word: those that somebody finds possible, and all others.
function wordTable(model, word, answers, exact, place) {
  const rows = [...(exact.sentence ? [exact.sentence[place], exact.prefix[place]] : []), ...answers.map((answer) => answer[place])];
  const shown = model.labels.map((_, label) => label).filter((label) => rows.some((row) => row[label] >= SHOWN_FROM));
  const rest = (row) => 1 - shown.reduce((sum, label) => sum + row[label], 0);
  const values = (row) => [...shown.map((label) => row[label]), ...(shown.length < model.labels.length ? [Math.max(0, rest(row))] : [])];
  const cells = (row) => values(row).map((value) => {
    const cell = make("td", { class: "share", "data-value": value }, value.toFixed(3));
    cell.style.setProperty("--share", value);
    return cell;
  });
  const heads = shown.map((label) => make("th", { scope: "col", "data-label": model.labels[label] }, make("bdi", {}, model.labels[label])));
  if (shown.length < model.labels.length) heads.push(make("th", { scope: "col" }, ...said("all other labels", "其他标签")));
  const ofNetworks = model.networks.map((network, i) => make("tr", {}, networkHead(model, network), ...cells(answers[i][place])));
  return make(
    "table",
    { class: "numbers answers" },
    make("caption", {}, ...said(`“${isolated(word)}”, word ${place + 1}: the probability of each label`, `第${place + 1}个词“${isolated(word)}”：每个标签的概率`)),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, ...said("network", "网络")), ...heads)),
    exact.sentence ? make("tbody", { class: "exact" }, ...exactRows(exact, (of) => cells(of[place]))) : "",
    make("tbody", {}, ...ofNetworks),
  );
}

// Return the heading of a network's row, with its colour.
function networkHead(model, { architecture }) {
  const dot = make("span", { class: "dot", "aria-hidden": "true" });
  dot.style.backgroundColor = model.colours[architecture] ?? "currentColor";
  return make("th", { scope: "row" }, dot, make("bdi", { title: architecture }, model.names[architecture] ?? architecture));
}

// Return a note on a word of which networks do not read all.
function readingNote(model, word) {
  const reading = readingText(model, word);
  return reading ? make("small", { class: "strange" }, ...said(...reading.note)) : null;
}

// Return a table in a box that scrolls, also by keyboard.
function scrolling(table) {
  const caption = table.querySelector("caption");
  caption.id = table.classList.contains("numbers") ? "playground-word" : "playground-sentence";
  return make("div", { class: "scroll", role: "group", "aria-labelledby": caption.id, tabindex: 0 }, table);
}

// Return a sentence with a capital first letter.
function sentenceCase(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
