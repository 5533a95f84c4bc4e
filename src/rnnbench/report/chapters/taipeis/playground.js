// The playground: every network behind an encoder and the Bayes-optimal tagger answer while the reader types.

const MAX_WORDS = 60;
const MAX_EXAMPLES = 4;
const MAX_EXAMPLE_LENGTH = 60;

// Make the controls, and answer whenever they change. Returns a function that shows a state.
async function startPlayground() {
  const data = await unpack("playground-data");
  const text = make("input", { id: "playground-text", type: "text", spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
  const [tasks, encoders, examples] = ["tasks", "encoders", "examples"].map((name) => make("p", { class: `options ${name}` }));
  const status = make("p", { role: "status", class: "faint" });
  const answers = make("div");
  const models = new Map();
  const view = { part: data.parts[0], encoder: null, place: null, turn: 0 };
  const model = () => {
    if (!models.has(view.encoder)) models.set(view.encoder, modelOf(view.part, view.encoder, data));
    return models.get(view.encoder);
  };
  const render = async () => {
    const turn = ++view.turn;
    const answering = await model();
    if (turn !== view.turn) return; // the reader went on meanwhile
    const words = wordsTyped(answering, text.value);
    const choose = async (place) => {
      view.place = place === view.place ? null : place;
      await render();
      document.querySelector(`#playground button[data-place="${place}"]`)?.focus();
    };
    answers.replaceChildren(...(words.length ? answerParts(answering, words, view.place, choose) : []));
    status.replaceChildren(...(words.length ? answeringText(answering) : said("Type a sentence.", "请打一个句子。")));
  };
  const remember = () => {
    const several = view.part.encoders.length > 1;
    keepState("playground", { task: data.parts.length > 1 ? view.part.task : "", encoder: several ? view.encoder.encoder : "", text: text.value });
  };
  const answer = async (sentence) => {
    [text.value, view.place] = [sentence, null];
    await render();
  };
  const show = async (part, encoder, sentence) => {
    view.part = part;
    view.encoder = part.encoders.find((each) => each.encoder === encoder) ?? part.encoders.find((each) => each.encoder === part.encoder);
    const chosen = (button, is) => button.setAttribute("aria-pressed", String(is));
    tasks.replaceChildren(...choices(data.parts.length > 1 ? data.parts : [], (each) => each.task, said("Task", "任务"), async (each) => {
      await show(each, view.encoder.encoder, each.sentences[0] ?? "");
      remember();
    }));
    encoders.replaceChildren(...choices(part.encoders, (each) => data.names[each.encoder] ?? each.encoder, said("The words are read as", "读词的方式"), async (each) => {
      await show(part, each.encoder, text.value);
      remember();
    }));
    examples.replaceChildren(...choices(part.sentences.slice(0, MAX_EXAMPLES), shortened, said("Examples", "例句"), async (each) => {
      await answer(each);
      remember();
    }));
    tasks.querySelectorAll("button").forEach((button, i) => chosen(button, data.parts[i] === part));
    encoders.querySelectorAll("button").forEach((button, i) => chosen(button, part.encoders[i] === view.encoder));
    await answer(sentence);
  };
  const restore = async (state) => {
    const part = data.parts.find((each) => each.task === state.get("task")) ?? data.parts[0];
    await show(part, state.get("encoder"), state.get("text")?.split("\n")[0] ?? part.sentences[0] ?? "");
  };
  text.addEventListener("input", () => {
    view.place = null;
    remember();
    render();
  });
  await restore(stateOf("playground"));
  const field = make("p", {}, make("label", { for: "playground-text" }, ...said("Your sentence", "你的句子")), text);
  document.getElementById("playground-page").replaceChildren(data.parts.length > 1 ? tasks : "", field, examples, encoders, status, answers);
  return restore;
}

// Return a heading and a button for each thing to choose; nothing where there is none.
function choices(things, nameOf, heading, choose) {
  const buttons = things.map((thing) => {
    const button = make("button", { type: "button" }, make("bdi", {}, nameOf(thing)));
    button.addEventListener("click", async () => {
      const place = [...button.parentNode.querySelectorAll("button")].indexOf(button);
      const row = button.parentNode;
      await choose(thing);
      row.querySelectorAll("button")[place]?.focus(); // the row was made anew
    });
    return button;
  });
  return buttons.length ? [make("span", {}, ...heading), ...buttons] : [];
}

// Return a sentence, cut where it is long.
function shortened(sentence) {
  return sentence.length > MAX_EXAMPLE_LENGTH ? `${sentence.slice(0, MAX_EXAMPLE_LENGTH - 1)}…` : sentence;
}

// Return an encoder of a task with its networks, unpacked, and the Bayes-optimal tagger.
async function modelOf(part, encoder, { colours, names }) {
  const reader = readerOf(encoder, part.words);
  const networks = (await networksOf(encoder, reader, part.labels.length)).filter((network) => network.cell.kind in CELLS);
  part.opened ??= oracleOf(part.oracle);
  part.vocabulary ??= new Set(part.words);
  return { part, encoder, reader, networks, colours, names, labels: part.labels, oracle: await part.opened };
}

// Return the words of a sentence in the spelling of the task.
function wordsTyped({ part }, sentence) {
  const words = sentence.split(/\s+/).filter((word) => word);
  return (part.lower ? words.map((word) => word.toLowerCase()) : words).slice(0, MAX_WORDS);
}

const playground = whenNear(document.getElementById("playground"), startPlayground);
// The state is read after the networks are ready: the reader may have typed meanwhile.
followAddress("playground", async () => {
  const restore = await playground();
  await restore(stateOf("playground"));
});
