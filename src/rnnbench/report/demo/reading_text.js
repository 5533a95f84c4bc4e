// What the playground says of the words that networks cannot read, or read in another way, and of rounding.

const MAX_LISTED = 2000;

// Return what networks read of a word, {note, text}, each in English and in Chinese; null where they read all of it.
function readingText(model, word) {
  const { part, encoder, reader } = model;
  const { known, leftOut, unknown } = reader.reading(word);
  const seen = part.vocabulary.has(word);
  const quoted = `“${isolated(word)}”`;
  if (encoder.features.kind === "word") {
    if (known.length) return null;
    const [english, chinese] = substitute(model);
    if (leftOut.length) {
      return {
        note: ["left out of this page", "本页未收"],
        text: [`${quoted} is a rare word of the training sentences, left out of this page to save space: here ${english}.`, `${quoted}是训练句子里的少见词，为了节省空间本页没有收：在这里${chinese}。`],
      };
    }
    return {
      note: ["unknown word", "没见过的词"],
      text: [`${quoted} is in no training sentence: ${english}.`, `${quoted}没有在训练句子里出现过：${chinese}。`],
    };
  }
  if (seen && !leftOut.length && known.length) return null;
  const first = seen ? [`${quoted} is in the training sentences`, `${quoted}在训练句子里出现过`] : [`${quoted} is in no training sentence`, `${quoted}没有在训练句子里出现过`];
  const clauses = [
    known.length ? [`networks read ${known.length} letter trigrams of it: ${known.join(" ")}`, `网络读到它的${known.length}个字母三元组：${known.join(" ")}`] : ["networks read nothing of it, a vector of zeros", "网络什么也读不到，只得到零向量"],
    unknown.length ? [`no training word has ${unknown.join(" ")}`, `训练词里没有${unknown.join(" ")}`] : null,
    leftOut.length ? [`left out of this page to save space: ${leftOut.join(" ")}`, `为了节省空间本页未收：${leftOut.join(" ")}`] : null,
    known.length + unknown.length + leftOut.length ? null : ["it has no letter trigram", "它没有字母三元组"],
  ].filter((clause) => clause);
  return {
    note: leftOut.length ? ["partly left out", "部分未收"] : !known.length ? ["read as nothing", "读不到"] : ["unknown word", "没见过的词"],
    text: [`${first[0]}: ${clauses.map(([english]) => english).join("; ")}.`, `${first[1]}：${clauses.map(([, chinese]) => chinese).join("；")}。`],
  };
}

// Return what a network reads in place of a word that it has no row for, as a clause in both languages.
function substitute({ encoder }) {
  if (!encoder.other) return ["networks read nothing, a vector of zeros", "网络什么也读不到，只得到零向量"];
  if (encoder.networks[0].embedding === null) return ["networks read the dimension “other”", "网络读到的是“other”那一维"];
  return ["networks read the vector of “other”", "网络读到的是“other”的向量"];
}

// Return a list of what networks read of those words of a sentence that they do not know; null where they know all.
function readingList(model, words) {
  const texts = [...new Set(words)].map((word) => readingText(model, word)).filter((reading) => reading);
  return texts.length ? make("ul", { class: "readings" }, ...texts.map(({ text }) => make("li", {}, ...said(...text)))) : null;
}

// Return how many networks answer.
function answeringText({ networks }) {
  return said(`${networks.length} ${networks.length === 1 ? "network answers" : "networks answer"}.`, `${networks.length}个网络作答。`);
}

// Return what rounding the weights does to the answers.
function roundingText({ encoder: { agreement, tested } }) {
  const percent = Math.floor(agreement * 1000) / 10;
  return make("p", { class: "faint" }, ...said(
    `Weights are rounded to save space. Of ${tested} words of test sentences each network answers at least ${percent} % with the same label as before.`,
    `为了节省空间，权重做了舍入。在测试句子的${tested}个词上，每个网络至少有${percent}%的词给出和舍入前相同的标签。`,
  ));
}

// Return a list, folded, of what is left out of the page; null where nothing is.
function leftOutList({ part, encoder }) {
  const features = (encoder.index ?? part.words).slice(encoder.kept);
  const [n, most] = [features.length, encoder.most_left_out];
  if (!n) return null;
  const summary = encoder.features.kind === "word"
    ? said(`Left out of this page: ${n} words that occur at most ${most} times in training`, `本页未收：${n}个词，每个在训练里最多出现${most}次`)
    : said(`Left out of this page: ${n} letter trigrams, each in at most ${most} words of the training sentences`, `本页未收：${n}个字母三元组，训练句子里每个最多有${most}个词含有它`);
  const list = make("p", { class: "faint" });
  const details = make("details", {}, make("summary", {}, ...summary), list);
  details.addEventListener("toggle", () => {
    list.textContent = features.slice(0, MAX_LISTED).map(isolated).join(" ") + (n > MAX_LISTED ? " …" : "");
  });
  return details;
}
