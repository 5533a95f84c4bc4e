// Trained networks in the reader's hands: the equations of the package's cells, on plain arrays, one sentence at a time.

const ACTIVATIONS = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
  identity: (x) => x,
};

// One step of each cell. s: the gates before their activation, each with a number for each unit; memory: the states of
// the step before; own: the cell's settings and vectors, and `output`, from a to the network's answer y.
const CELLS = {
  feed_forward: (s, memory, own) => ({ a: s.z.map(ACTIVATIONS[own.activation]) }),
  elman: (s, memory, own) => ({ a: s.z.map(ACTIVATIONS[own.activation]) }),
  jordan: (s, memory, own) => {
    const a = s.z.map(ACTIVATIONS[own.activation]);
    return { a, y: own.output(a) };
  },
  lstm: remember,
  lstm_no_feedback: remember,
  lstm_peephole: remember,
  lstm_peephole_diagonal: (s, memory, own) => {
    const [f, g, h] = [ACTIVATIONS.sigmoid, ACTIVATIONS[own.g], ACTIVATIONS[own.h]];
    const c = memory.c.map((before, i) => {
      const write = f(s.z_i[i] + own.p_i[i] * before);
      return g(s.z[i]) * write + before * f(s.z_f[i] + own.p_f[i] * before);
    });
    return { a: c.map((now, i) => h(now) * f(s.z_o[i] + own.p_o[i] * now)), c };
  },
  gru: (s, memory) => {
    const [f, tanh] = [ACTIVATIONS.sigmoid, ACTIVATIONS.tanh];
    return {
      a: memory.a.map((before, i) => {
        const n = tanh(s.n[i] + f(s.r[i]) * s.m[i]);
        return n + f(s.u[i]) * (before - n);
      }),
    };
  },
};

// The lecture's memory cell.
function remember(s, memory, own) {
  const [f, g, h] = [ACTIVATIONS.sigmoid, ACTIVATIONS[own.g], ACTIVATIONS[own.h]];
  const c = memory.c.map((before, i) => g(s.z[i]) * f(s.z_i[i]) + before * f(s.z_f[i]));
  return { a: c.map((now, i) => h(now) * f(s.z_o[i])), c };
}

// Return the copies of the networks that a page holds, ready to be asked.
async function networksOf(copies, outputs) {
  const numbers = await numbersOf(copies.weights);
  const rows = new Map(copies.words.map((word, row) => [word, row]));
  const other = copies.other ? copies.words.length : null;
  const codes = copies.words.length + (copies.other ? 1 : 0);
  let begin = 0;
  return copies.networks.map((network) => {
    const weights = {};
    for (const [name, shape] of network.tensors) {
      const size = shape.reduce((product, length) => product * length, 1);
      weights[name] = numbers.subarray(begin, begin + size);
      begin += size;
    }
    return { ...network, weights, codes, outputs, codeOf: (word) => rows.get(word) ?? other };
  });
}

// Return the probability of each label at each word of a sentence.
function answersOf(network, words) {
  let inputs = firstInputs(network, words);
  let found = {};
  for (let layer = 0; layer < network.layers; layer++) {
    found = {};
    for (const direction of network.directions) found[direction] = outputsOf(network, layer, direction, inputs);
    inputs = words.map((_, t) => ({ dense: network.directions.flatMap((direction) => found[direction][t]) }));
  }
  return words.map((_, t) => {
    const raw = Array.from(network.weights["readout.bias"]);
    for (const direction of network.directions) {
      addProduct(raw, { dense: found[direction][t] }, network.weights[`readout.${direction}`]);
    }
    return softmax(raw);
  });
}

// Return what the first layer reads at each word: the vectors of the words of its window, or the rows of their codes.
function firstInputs(network, words) {
  const codes = words.map(network.codeOf);
  return words.map((_, t) => {
    const window = [];
    for (let place = t - network.window; place <= t + network.window; place++) window.push(codes[place] ?? null);
    if (network.embedding === null) {
      return { rows: window.flatMap((code, place) => (code === null ? [] : [place * network.codes + code])) };
    }
    return { dense: window.flatMap((code) => vectorOf(network, code)) };
  });
}

// Return the vector of a code; nothing but zeros for none.
function vectorOf(network, code) {
  const size = network.embedding;
  if (code === null) return new Array(size).fill(0);
  return Array.from(network.weights.embedding.subarray(code * size, (code + 1) * size));
}

// Return a layer's output a at each word, read in one direction. The one loop over time.
function outputsOf(network, layer, direction, inputs) {
  const weights = (name) => network.weights[`layer${layer}.${direction}.${name}`];
  const step = CELLS[network.cell.kind];
  const own = { ...network.cell, output: (a) => halfAnswer(network, direction, a) };
  for (const name of network.vectors) own[name] = weights(name);
  let memory = {};
  for (const state of network.states) memory[state] = new Array(state === "y" ? network.outputs : network.hidden).fill(0);
  const order = inputs.map((_, t) => t);
  if (direction === "backward") order.reverse();
  const found = [];
  for (const t of order) {
    const signals = step(gatesOf(network, weights, inputs[t], memory), memory, own);
    memory = signals;
    found[t] = signals.a;
  }
  return found;
}

// Return the network's answer as one direction alone would give it: what a Jordan network stores.
function halfAnswer(network, direction, a) {
  const raw = Array.from(network.weights["readout.bias"]);
  addProduct(raw, { dense: a }, network.weights[`readout.${direction}`]);
  return softmax(raw);
}

// Return every gate before its activation, by name.
function gatesOf(network, weights, input, memory) {
  const { gates, input_gates: ofInput, memory_gates: ofMemory, hidden } = network;
  const read = Array.from(weights("bias"));
  addProduct(read, input, weights("input"));
  const stored = new Array(hidden * (gates.length + ofMemory.length)).fill(0);
  if (network.feedback.length) {
    addProduct(stored, { dense: network.feedback.flatMap((state) => memory[state]) }, weights("recurrent"));
  }
  const found = {};
  gates.forEach((gate, k) => {
    found[gate] = part(read, k, hidden).map((x, i) => x + stored[k * hidden + i]);
  });
  ofInput.forEach((gate, k) => {
    found[gate] = part(read, gates.length + k, hidden);
  });
  ofMemory.forEach((gate, k) => {
    const bias = weights("memory_bias");
    found[gate] = part(stored, gates.length + k, hidden).map((x, i) => x + bias[k * hidden + i]);
  });
  return found;
}

// Return the k-th stretch of so many numbers.
function part(numbers, k, size) {
  return numbers.slice(k * size, (k + 1) * size);
}

// Add input x weight to a sum; an input is dense, or says in which rows it has a 1.
function addProduct(sum, input, weight) {
  const width = sum.length;
  const add = (row, factor) => {
    for (let j = 0, at = row * width; j < width; j++, at++) sum[j] += factor * weight[at];
  };
  if (input.rows) input.rows.forEach((row) => add(row, 1));
  else input.dense.forEach((factor, row) => add(row, factor));
}

// Return probabilities.
function softmax(raw) {
  const largest = Math.max(...raw);
  const powers = raw.map((x) => Math.exp(x - largest));
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
}
