// Trained networks in the page: the equations of the cells, on plain arrays, one sentence at a time.

const ACTIVATIONS = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
  identity: (x) => x,
};

// One step of each cell. s: the gates before their activation, each an array of one number per unit; memory: the states
// of the step before; cell: its settings and vectors, and `output`, the function from a to the network's output y.
const CELLS = {
  feed_forward: (s, memory, cell) => ({ a: s.z.map(ACTIVATIONS[cell.activation]) }),
  elman: (s, memory, cell) => ({ a: s.z.map(ACTIVATIONS[cell.activation]) }),
  jordan: (s, memory, cell) => {
    const a = s.z.map(ACTIVATIONS[cell.activation]);
    return { a, y: cell.output(a) };
  },
  lstm: remember,
  lstm_no_feedback: remember,
  lstm_peephole: remember,
  lstm_peephole_diagonal: (s, memory, cell) => {
    const [f, g, h] = [ACTIVATIONS.sigmoid, ACTIVATIONS[cell.g], ACTIVATIONS[cell.h]];
    const c = memory.c.map((before, i) => {
      const write = f(s.z_i[i] + cell.p_i[i] * before);
      return g(s.z[i]) * write + before * f(s.z_f[i] + cell.p_f[i] * before);
    });
    return { a: c.map((now, i) => h(now) * f(s.z_o[i] + cell.p_o[i] * now)), c };
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

// One step of the lecture's memory cell.
function remember(s, memory, cell) {
  const [f, g, h] = [ACTIVATIONS.sigmoid, ACTIVATIONS[cell.g], ACTIVATIONS[cell.h]];
  const c = memory.c.map((before, i) => g(s.z[i]) * f(s.z_i[i]) + before * f(s.z_f[i]));
  return { a: c.map((now, i) => h(now) * f(s.z_o[i])), c };
}

// Return the networks behind an encoder, with their weights unpacked: a number of steps each, in one byte or two.
async function networksOf(encoder, reader, outputs) {
  const bytes = await numbersOf(encoder.weights);
  let begin = 0;
  return encoder.networks.map((network) => {
    const weights = {};
    for (const [name, shape, step, nBytes] of network.tensors) {
      const size = shape.reduce((product, length) => product * length, 1);
      weights[name] = new Float32Array(size);
      for (let i = 0; i < size; i++) {
        const multiple = nBytes === 1 ? bytes[begin + i] - 128 : bytes[begin + i] + 256 * bytes[begin + size + i] - 32768;
        weights[name][i] = multiple * step;
      }
      begin += size * nBytes;
    }
    return { ...network, weights, outputs, codes: reader.codes, codesOf: reader.codesOf };
  });
}

// Return the probability of each label at each word of a sentence.
function answersOf(network, words) {
  let inputs = firstInputs(network, words);
  let outputs = {};
  for (let layer = 0; layer < network.layers; layer++) {
    outputs = {};
    for (const direction of network.directions) outputs[direction] = outputsOf(network, layer, direction, inputs);
    inputs = words.map((_, t) => ({ dense: network.directions.flatMap((direction) => outputs[direction][t]) }));
  }
  return words.map((_, t) => {
    const raw = Array.from(network.weights["readout.bias"]);
    for (const direction of network.directions) {
      addProduct(raw, { dense: outputs[direction][t] }, network.weights[`readout.${direction}`]);
    }
    return softmax(raw);
  });
}

// Return the input of the first layer at each word: the vectors of the words in its window, or the rows of their codes.
function firstInputs(network, words) {
  const codes = words.map(network.codesOf);
  return words.map((_, t) => {
    const window = [];
    for (let place = t - network.window; place <= t + network.window; place++) window.push(codes[place] ?? []);
    if (network.embedding === null) {
      return { rows: window.flatMap((word, place) => word.map((code) => place * network.codes + code)) };
    }
    return { dense: window.flatMap((word) => vectorOf(network, word)) };
  });
}

// Return the vector of a word, the sum of the rows of its codes; zeros where there is none.
function vectorOf(network, codes) {
  const sum = new Array(network.embedding).fill(0);
  addProduct(sum, { rows: codes }, network.weights.embedding);
  return sum;
}

// Return a layer's output a at each word in one direction. This is the only loop over time.
function outputsOf(network, layer, direction, inputs) {
  const weights = (name) => network.weights[`layer${layer}.${direction}.${name}`];
  const step = CELLS[network.cell.kind];
  const cell = { ...network.cell, output: (a) => outputOfDirection(network, direction, a) };
  for (const name of network.vectors) cell[name] = weights(name);
  let memory = {};
  for (const state of network.states) memory[state] = new Array(state === "y" ? network.outputs : network.hidden).fill(0);
  const order = inputs.map((_, t) => t);
  if (direction === "backward") order.reverse();
  const outputs = [];
  for (const t of order) {
    const signals = step(gatesOf(network, weights, inputs[t], memory), memory, cell);
    memory = signals;
    outputs[t] = signals.a;
  }
  return outputs;
}

// Return the network's output from one direction alone: the state y of a Jordan network.
function outputOfDirection(network, direction, a) {
  const raw = Array.from(network.weights["readout.bias"]);
  addProduct(raw, { dense: a }, network.weights[`readout.${direction}`]);
  return softmax(raw);
}

// Return every gate before its activation, by name.
function gatesOf(network, weights, input, memory) {
  const { gates, input_gates: ofInput, memory_gates: ofMemory, hidden } = network;
  const fromInput = Array.from(weights("bias"));
  addProduct(fromInput, input, weights("input"));
  const fromMemory = new Array(hidden * (gates.length + ofMemory.length)).fill(0);
  if (network.feedback.length) {
    addProduct(fromMemory, { dense: network.feedback.flatMap((state) => memory[state]) }, weights("recurrent"));
  }
  const sums = {};
  gates.forEach((gate, k) => {
    sums[gate] = part(fromInput, k, hidden).map((x, i) => x + fromMemory[k * hidden + i]);
  });
  ofInput.forEach((gate, k) => {
    sums[gate] = part(fromInput, gates.length + k, hidden);
  });
  ofMemory.forEach((gate, k) => {
    const bias = weights("memory_bias");
    sums[gate] = part(fromMemory, gates.length + k, hidden).map((x, i) => x + bias[k * hidden + i]);
  });
  return sums;
}

// Return the k-th part of an array in parts of `size` numbers.
function part(numbers, k, size) {
  return numbers.slice(k * size, (k + 1) * size);
}

// Add input x weight to a sum; an input is dense, or lists the rows in which it has a 1.
function addProduct(sum, input, weight) {
  const width = sum.length;
  const add = (row, factor) => {
    for (let j = 0, at = row * width; j < width; j++, at++) sum[j] += factor * weight[at];
  };
  if (input.rows) input.rows.forEach((row) => add(row, 1));
  else input.dense.forEach((factor, row) => add(row, factor));
}

// Return the probabilities of the labels.
function softmax(raw) {
  const largest = Math.max(...raw);
  const powers = raw.map((x) => Math.exp(x - largest));
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
}
