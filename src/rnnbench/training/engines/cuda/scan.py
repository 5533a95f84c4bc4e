"""The loop over time as one kernel, forward and backward: a program for each (run, block of sequences).

A program loads the recurrent matrices once and keeps them in shared memory, and the states, too. At each step it reads
the projected input only, and writes what the backward pass needs. In memory the axes are (R, T, B, features). A
backward layer runs through each sequence from its cell_vectors end. Behind the end of a sequence everything is 0.

The signals of a cell are its activation a and, where it has one, another state: the memory cell c, as wide as a, or
Jordan's output y. W is the width of the signal that the gates read, H or K. Triton needs tiles whose sides are powers
of 2; they are padded with zeros to HP and WP.
"""

# Triton's compiler supports tuples of tiles, but its type annotations do not.
# pyright: reportIndexIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportOperatorIssue=false, reportArgumentType=false, reportCallIssue=false

import triton
import triton.language as tl


@triton.jit
def load_matrices(start, row, column, rows, columns, states: tl.constexpr, gates: tl.constexpr):
    """Return a tile for each state and gate, state after state, from a matrix (states rows, gates columns)."""
    inside = (row < rows) & (column < columns)
    tiles = ()
    for state in tl.static_range(states):
        for gate in tl.static_range(gates):
            corner = start + state * rows * gates * columns + gate * columns
            tiles = tiles + (tl.load(corner + row * gates * columns + column, mask=inside, other=0.0),)
    return tiles


@triton.jit
def load_each(start, inside, width, number: tl.constexpr):
    """Return `number` tiles that lie side by side, `width` apart."""
    tiles = ()
    for k in tl.static_range(number):
        tiles = tiles + (tl.load(start + k * width, mask=inside, other=0.0),)
    return tiles


@triton.jit
def store_each(start, inside, width, tiles, number: tl.constexpr, valid):
    """Store tiles side by side; 0 where `valid` is false."""
    for k in tl.static_range(number):
        tl.store(start + k * width, tl.where(valid, tiles[k], 0.0), mask=inside)


@triton.jit
def recurrent_input(
    memory, tiles, gate: tl.constexpr, gates: tl.constexpr, FEEDBACK: tl.constexpr, PRECISION: tl.constexpr
):
    """Return what the memory contributes to a gate: the sum over the states in FEEDBACK of state x matrix."""
    total = tl.dot(memory[FEEDBACK[0]], tiles[gate], input_precision=PRECISION)
    for state in tl.static_range(1, len(FEEDBACK)):
        total += tl.dot(memory[FEEDBACK[state]], tiles[state * gates + gate], input_precision=PRECISION)
    return total


@triton.jit
def output(a, readout, bias, valid, OUTPUT_ACTIVATION: tl.constexpr, PRECISION: tl.constexpr):
    """Return the output y for a: softmax or identity; 0 in the columns where `valid` is false."""
    y = tl.dot(a, readout, input_precision=PRECISION) + bias
    if OUTPUT_ACTIVATION == "softmax":
        y = tl.where(valid, y, float("-inf"))
        exponentials = tl.exp(y - tl.max(y, 1)[:, None])
        return exponentials / tl.sum(exponentials, 1)[:, None]
    return tl.where(valid, y, 0.0)


@triton.jit
def position_of(t, length, BACKWARD: tl.constexpr):
    """Return the position in each sequence that the layer reads at step t, (sequences)."""
    if BACKWARD:
        return tl.where(t < length, length - 1 - t, t)
    return t + 0 * length


@triton.jit(do_not_specialize=["T", "B"])  # else Triton compiles a kernel for each length
def forward(
    x, recurrent, memory_bias, vectors, readout, readout_bias, lengths, fed, a_out, state_out, saved_out,
    T, B, H, W,
    CELL: tl.constexpr, FIRST: tl.constexpr, SECOND: tl.constexpr, GATES: tl.constexpr, INPUT_GATES: tl.constexpr,
    MEMORY_GATES: tl.constexpr, VECTORS: tl.constexpr, SAVED: tl.constexpr, FEEDBACK: tl.constexpr,
    HAS_STATE: tl.constexpr, OUTPUT_ACTIVATION: tl.constexpr, BACKWARD: tl.constexpr, FED: tl.constexpr,
    HP: tl.constexpr, WP: tl.constexpr, BLOCK: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Write a (R, T, B, H), the other state (R, T, B, W) and saved values (R, T, B, SAVED H), from x (R, T, B, G).

    recurrent (R, len(FEEDBACK) W, (GATES + MEMORY_GATES) H), memory_bias (R, MEMORY_GATES H), vectors (R, VECTORS, H),
    readout (R, H, W), readout_bias (R, W), lengths (R, B). With FED, fed (R, T, B, W) holds what the next step reads
    instead of y; NaN where that is y.
    """
    run, b = tl.program_id(0).to(tl.int64), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    unit, feature, in_batch = tl.arange(0, HP), tl.arange(0, WP), b < B
    length = tl.load(lengths + run * B + b, mask=in_batch, other=0)
    row, column = feature[:, None], unit[None, :]
    recurrent_gates: tl.constexpr = GATES + MEMORY_GATES
    start = recurrent + run * len(FEEDBACK) * W * recurrent_gates * H
    tiles = load_matrices(start, row, column, W, H, len(FEEDBACK), recurrent_gates)
    bias = load_each(memory_bias + run * MEMORY_GATES * H + column, column < H, H, MEMORY_GATES)
    cell_vectors = load_each(vectors + run * VECTORS * H + column, column < H, H, VECTORS)
    memory = (tl.zeros((BLOCK, HP), tl.float32),)
    if HAS_STATE:
        memory = memory + (tl.zeros((BLOCK, WP), tl.float32),)
    if OUTPUT_ACTIVATION != "":
        (readout_tile,) = load_matrices(readout + run * H * W, unit[:, None], feature[None, :], H, W, 1, 1)
        output_bias = tl.load(readout_bias + run * W + feature[None, :], mask=feature[None, :] < W, other=0.0)
    units_mask, state_mask = in_batch[:, None] & (unit < H)[None, :], in_batch[:, None] & (feature < W)[None, :]
    for t in range(T):
        inside = (t < length)[:, None]
        offset = ((run * T + position_of(t, length, BACKWARD)) * B + b)[:, None]
        gates = load_each(x + offset * (GATES + INPUT_GATES) * H + column, units_mask & inside, H, GATES + INPUT_GATES)
        if len(FEEDBACK) > 0:
            sums = ()
            for k in tl.static_range(GATES):
                sums = sums + (gates[k] + recurrent_input(memory, tiles, k, recurrent_gates, FEEDBACK, PRECISION),)
            for k in tl.static_range(GATES, GATES + INPUT_GATES):
                sums = sums + (gates[k],)
            for k in tl.static_range(MEMORY_GATES):
                from_memory = recurrent_input(memory, tiles, GATES + k, recurrent_gates, FEEDBACK, PRECISION)
                sums = sums + (bias[k] + from_memory,)
            gates = sums
        current, saved = CELL(gates, memory, cell_vectors, FIRST, SECOND)
        if OUTPUT_ACTIVATION != "":
            valid = (feature < W)[None, :]
            y = output(current[0], readout_tile, output_bias, valid, OUTPUT_ACTIVATION, PRECISION)
            current = current + (y,)
        store_each(a_out + offset * H + column, units_mask, H, current, 1, inside)
        store_each(saved_out + offset * SAVED * H + column, units_mask, H, saved, SAVED, inside)
        if HAS_STATE:
            tl.store(state_out + offset * W + feature[None, :], tl.where(inside, current[1], 0.0), mask=state_mask)
        memory = current
        if FED:
            given = tl.load(fed + offset * W + feature[None, :], mask=state_mask & inside, other=0.0)
            memory = (current[0], tl.where(given == given, given, current[1]))


@triton.jit(do_not_specialize=["T", "B"])
def back(
    d_a, a, state, saved_in, recurrent, vectors, readout, lengths, fed, d_gates, d_output, d_vectors,
    T, B, H, W,
    CELL: tl.constexpr, FIRST: tl.constexpr, SECOND: tl.constexpr, GATES: tl.constexpr, INPUT_GATES: tl.constexpr,
    MEMORY_GATES: tl.constexpr, VECTORS: tl.constexpr, SAVED: tl.constexpr, FEEDBACK: tl.constexpr,
    HAS_STATE: tl.constexpr, OUTPUT_ACTIVATION: tl.constexpr, BACKWARD: tl.constexpr, FED: tl.constexpr,
    HP: tl.constexpr, WP: tl.constexpr, BLOCK: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Write gradients of the loss, from d_a (R, T, B, H), its gradient with respect to a, and what `forward` wrote.

    d_gates (R, T, B, gates H) with respect to all gates, in their order; d_output (R, T, B, W) with respect to the
    output before softmax; d_vectors (R, blocks, VECTORS, H) with respect to the vectors, a summand for each program.
    """
    run, b = tl.program_id(0).to(tl.int64), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    unit, feature, in_batch = tl.arange(0, HP), tl.arange(0, WP), b < B
    length = tl.load(lengths + run * B + b, mask=in_batch, other=0)
    column = unit[None, :]
    recurrent_gates: tl.constexpr = GATES + MEMORY_GATES
    all_gates: tl.constexpr = GATES + INPUT_GATES + MEMORY_GATES
    start = recurrent + run * len(FEEDBACK) * W * recurrent_gates * H
    tiles = load_matrices(start, feature[None, :], unit[:, None], W, H, len(FEEDBACK), recurrent_gates)
    cell_vectors = load_each(vectors + run * VECTORS * H + column, column < H, H, VECTORS)
    d_carried = (tl.zeros((BLOCK, HP), tl.float32),)
    if HAS_STATE:
        d_carried = d_carried + (tl.zeros((BLOCK, WP), tl.float32),)
    if OUTPUT_ACTIVATION != "":
        (readout_tile,) = load_matrices(readout + run * H * W, unit[None, :], feature[:, None], H, W, 1, 1)
    d_vector_sums = ()
    for _ in tl.static_range(VECTORS):
        d_vector_sums = d_vector_sums + (tl.zeros((BLOCK, HP), tl.float32),)
    units_mask, state_mask = in_batch[:, None] & (unit < H)[None, :], in_batch[:, None] & (feature < W)[None, :]
    for i in range(T):
        t = T - 1 - i
        inside = (t < length)[:, None]
        position = position_of(t, length, BACKWARD)
        offset = ((run * T + position) * B + b)[:, None]
        previous_offset = offset + B if BACKWARD else offset - B
        has_previous = inside & (t > 0)
        current = load_each(a + offset * H + column, units_mask & inside, H, 1)
        previous = load_each(a + previous_offset * H + column, units_mask & has_previous, H, 1)
        if HAS_STATE:
            current = current + (tl.load(state + offset * W + feature[None, :], mask=state_mask & inside, other=0.0),)
            previous_state = state + previous_offset * W + feature[None, :]
            previous = previous + (tl.load(previous_state, mask=state_mask & has_previous, other=0.0),)
        saved = load_each(saved_in + offset * SAVED * H + column, units_mask & inside, H, SAVED)
        d = (tl.load(d_a + offset * H + column, mask=units_mask & inside, other=0.0) + d_carried[0],)
        if OUTPUT_ACTIVATION != "":
            d_y = d_carried[1]
            if FED:  # nothing flows back through what was given
                given = tl.load(fed + offset * W + feature[None, :], mask=state_mask & inside, other=0.0)
                d_y = tl.where(given == given, 0.0, d_y)
            if OUTPUT_ACTIVATION == "softmax":
                d_y = current[1] * (d_y - tl.sum(current[1] * d_y, 1)[:, None])
            tl.store(d_output + offset * W + feature[None, :], tl.where(inside, d_y, 0.0), mask=state_mask)
            d = (d[0] + tl.dot(d_y, readout_tile, input_precision=PRECISION),)
        elif HAS_STATE:
            d = d + (d_carried[1],)
        d_step_gates, d_previous, d_step_vectors = CELL(d, saved, current, previous, cell_vectors, FIRST, SECOND)
        if OUTPUT_ACTIVATION != "":
            d_previous = d_previous + (tl.zeros((BLOCK, WP), tl.float32),)
        store_each(d_gates + offset * all_gates * H + column, units_mask, H, d_step_gates, all_gates, inside)
        d_recurrent = ()
        for k in tl.static_range(GATES):
            d_recurrent = d_recurrent + (d_step_gates[k],)
        for k in tl.static_range(GATES + INPUT_GATES, all_gates):
            d_recurrent = d_recurrent + (d_step_gates[k],)
        d_carried = ()
        for signal in tl.static_range(len(d_previous)):
            total = d_previous[signal]
            for k_state in tl.static_range(len(FEEDBACK)):
                if FEEDBACK[k_state] == signal:
                    for k in tl.static_range(recurrent_gates):
                        tile = tiles[k_state * recurrent_gates + k]
                        total += tl.dot(d_recurrent[k], tile, input_precision=PRECISION)
            d_carried = d_carried + (tl.where(inside, total, 0.0),)
        sums = ()
        for k in tl.static_range(VECTORS):
            sums = sums + (d_vector_sums[k] + tl.where(inside, d_step_vectors[k], 0.0),)
        d_vector_sums = sums
    corner = d_vectors + (run * tl.num_programs(1) + tl.program_id(1)) * VECTORS * H + unit
    for k in tl.static_range(VECTORS):
        tl.store(corner + k * H, tl.sum(d_vector_sums[k], 0), mask=unit < H)
