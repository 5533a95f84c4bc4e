// The Bayes-optimal tagger (oracle): the language's automaton, and the forward-backward recursion over the paths that
// can write a sentence, as in data/language/automaton.py.

// Return the automaton that the page holds, unpacked; null where there is none.
async function oracleOf(packed) {
  if (!packed) return null;
  const columns = {};
  for (const [name, numbers] of Object.entries(packed.columns)) columns[name] = await numbersOf(numbers);
  const firsts = new Uint32Array(columns.ways.length + 1);
  columns.ways.forEach((count, state) => (firsts[state + 1] = firsts[state] + count));
  const groups = new Map();
  packed.groups.forEach((words, group) =>
    words.forEach(([word, share]) => {
      if (!groups.has(word)) groups.set(word, new Map());
      groups.get(word).set(group, share);
    }),
  );
  return { ...packed, columns, firsts, groups };
}

// Return the posteriors of each word's label given the prefix and given the sentence: {prefix, sentence}, a row of
// probabilities for each word, in the oracle's order of labels; or {problem}, why the sentence is not in the language,
// as a clause in English and in Chinese.
function posteriorsOf(oracle, words) {
  const stepsAt = [];
  let forward = new Map([[oracle.start, 1]]);
  for (const [position, word] of words.entries()) {
    const steps = stepsOf(oracle, forward, word);
    if (!steps.length) return { problem: problemAt(oracle, word, position) };
    stepsAt.push(steps);
    forward = normalizedSums(steps.map((step) => [step.target, step.weight]));
  }
  let backward = new Map([...forward.keys()].map((state) => [state, stopOf(oracle, state)]));
  if (![...backward.values()].some((probability) => probability > 0)) {
    return { problem: ["it stops too early: in the language it goes on", "它结束得太早：按这种语言，后面还有词"] };
  }
  const prefix = stepsAt.map((steps) => posteriorOf(oracle, steps.map((step) => [step.label, step.weight])));
  const sentence = [];
  for (const steps of stepsAt.toReversed()) {
    const after = (step) => backward.get(step.target) ?? 0;
    sentence.unshift(posteriorOf(oracle, steps.map((step) => [step.label, step.weight * after(step)])));
    backward = normalizedSums(steps.map((step) => [step.state, step.probability * after(step)]));
  }
  return { prefix, sentence };
}

// Return the steps of the automaton that can write a word, from states with their probabilities.
function stepsOf(oracle, states, word) {
  const { columns, firsts, probabilities } = oracle;
  const shareOf = oracle.groups.get(word) ?? new Map();
  const steps = [];
  for (const [state, mass] of states) {
    for (let way = firsts[state]; way < firsts[state + 1]; way++) {
      const share = columns.back[way] ? shareOf.get(columns.group[way]) : undefined;
      if (share === undefined) continue;
      const probability = probabilities[columns.probability[way]] * share;
      const target = state - columns.back[way];
      steps.push({ state, target, label: columns.label[way], probability, weight: mass * probability });
    }
  }
  return steps;
}

// Return the probability that a sentence ends in a state.
function stopOf(oracle, state) {
  const { columns, firsts, probabilities } = oracle;
  for (let way = firsts[state]; way < firsts[state + 1]; way++) {
    if (!columns.back[way]) return probabilities[columns.probability[way]];
  }
  return 0;
}

// Return the sum of the values of each key, divided by the sum of all, so that long sentences do not underflow.
function normalizedSums(pairs) {
  const sums = new Map();
  let total = 0;
  for (const [key, value] of pairs) {
    sums.set(key, (sums.get(key) ?? 0) + value);
    total += value;
  }
  for (const [key, value] of sums) sums.set(key, value / total);
  return sums;
}

// Return the probability of every label from pairs of label and weight.
function posteriorOf(oracle, weights) {
  const probabilities = normalizedSums(weights);
  return oracle.labels.map((_, label) => probabilities.get(label) ?? 0);
}

// Return why a sentence leaves the language at a word, as a clause in English and in Chinese.
function problemAt(oracle, word, position) {
  const [english, chinese] = oracle.groups.has(word) ? ["cannot stand there", "不能出现在那里"] : ["is not a word of it", "不是它的词"];
  return [`word ${position + 1}, “${isolated(word)}”, ${english}`, `第${position + 1}个词“${isolated(word)}”${chinese}`];
}
