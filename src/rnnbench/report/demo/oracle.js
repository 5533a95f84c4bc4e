// The exact oracle: the language's automaton, and the forward-backward recursion over the ways that a sentence can be
// written (as in automaton.py).

// Return the automaton that the page holds, ready to be asked; null where there is none.
async function oracleOf(packed) {
  if (!packed) return null;
  const columns = {};
  for (const [name, numbers] of Object.entries(packed.columns)) columns[name] = await numbersOf(numbers);
  const firsts = new Uint32Array(columns.ways.length + 1);
  columns.ways.forEach((count, state) => (firsts[state + 1] = firsts[state] + count));
  const groups = new Map();
  packed.groups.forEach((shares, group) =>
    shares.forEach(([word, share]) => {
      if (!groups.has(word)) groups.set(word, new Map());
      groups.get(word).set(group, share);
    }),
  );
  return { ...packed, columns, firsts, groups };
}

// Return what is known of each word's label: {prefix, sentence}, rows of probabilities in the oracle's order of labels;
// or {problem}, why the sentence is not in the language.
function posteriorsOf(oracle, words) {
  const moves = [];
  let standing = new Map([[oracle.start, 1]]);
  for (const [position, word] of words.entries()) {
    const steps = stepsOf(oracle, standing, word);
    if (!steps.length) return { problem: outside(oracle, word, position) };
    moves.push(steps);
    standing = sums(steps.map((step) => [step.target, step.weight]));
  }
  let ahead = new Map([...standing.keys()].map((state) => [state, stopOf(oracle, state)]));
  if (![...ahead.values()].some((chance) => chance > 0)) return { problem: "it stops too early: in the language it goes on" };
  const prefix = moves.map((steps) => chancesOf(oracle, steps.map((step) => [step.label, step.weight])));
  const sentence = [];
  for (const steps of moves.toReversed()) {
    const after = (step) => ahead.get(step.target) ?? 0;
    sentence.unshift(chancesOf(oracle, steps.map((step) => [step.label, step.weight * after(step)])));
    ahead = sums(steps.map((step) => [step.state, step.probability * after(step)]));
  }
  return { prefix, sentence };
}

// Return the steps that may have written a word, given where the walk may stand.
function stepsOf(oracle, standing, word) {
  const { columns, firsts, probabilities } = oracle;
  const shares = oracle.groups.get(word) ?? new Map();
  const steps = [];
  for (const [state, mass] of standing) {
    for (let way = firsts[state]; way < firsts[state + 1]; way++) {
      const share = columns.back[way] ? shares.get(columns.group[way]) : undefined;
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

// Return the sum of the values of each key, as shares of the sum of all, so that long sentences do not underflow.
function sums(pairs) {
  const found = new Map();
  let total = 0;
  for (const [key, value] of pairs) {
    found.set(key, (found.get(key) ?? 0) + value);
    total += value;
  }
  for (const [key, value] of found) found.set(key, value / total);
  return found;
}

// Return the probability of every label from the weights of some.
function chancesOf(oracle, weights) {
  const shares = sums(weights);
  return oracle.labels.map((_, label) => shares.get(label) ?? 0);
}

// Say why a sentence leaves the language at a word.
function outside(oracle, word, position) {
  const why = oracle.groups.has(word) ? "cannot stand there" : "is not a word of it";
  return `word ${position + 1}, “${word}”, ${why}`;
}
