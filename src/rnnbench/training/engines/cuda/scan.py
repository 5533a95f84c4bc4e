"""The loop over time as one kernel, forward and back: a program for each (run, block of sequences).

The matrices that read the memory are loaded once and stay on the chip, and so does the memory; at each step only the
projected input is read, and what the way back needs is written. In memory the axes are (R, T, B, features). A reader
that goes backward runs through each sequence from its own end. Behind a sequence's end everything is 0.

A cell's signals are its output a and, where it has one, another: the memory cell c, as wide as a, or Jordan's answer y.
W is the width of what gates read from step to step. Tiles are padded with zeros to powers of 2, as Triton wants it: HP,
WP.
"""

# Triton's own types: a tuple of tiles is a tuple to its compiler, not to a checker.
# pyright: reportIndexIssue=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# pyright: reportOperatorIssue=false, reportArgumentType=false, reportCallIssue=false

import triton
import triton.language as tl


@triton.jit
def matrices(start, row, column, rows, columns, states: tl.constexpr, gates: tl.constexpr):
    """Return a tile for each state that is read and each gate, state after state, from (states rows, gates columns)."""
    inside = (row < rows) & (column < columns)
    found = ()
    for state in tl.static_range(states):
        for gate in tl.static_range(gates):
            corner = start + state * rows * gates * columns + gate * columns
            found = found + (tl.load(corner + row * gates * columns + column, mask=inside, other=0.0),)
    return found


@triton.jit
def load_each(start, inside, width, number: tl.constexpr):
    """Return `number` tiles that lie side by side, `width` apart."""
    found = ()
    for k in tl.static_range(number):
        found = found + (tl.load(start + k * width, mask=inside, other=0.0),)
    return found


@triton.jit
def store_each(start, inside, width, tiles, number: tl.constexpr, kept):
    """Store tiles side by side; 0 where `kept` is false."""
    for k in tl.static_range(number):
        tl.store(start + k * width, tl.where(kept, tiles[k], 0.0), mask=inside)


@triton.jit
def remembered(memory, tiles, gate: tl.constexpr, gates: tl.constexpr, READ: tl.constexpr, PRECISION: tl.constexpr):
    """Return what a gate reads from the memory: the states of which READ has the numbers, through its tiles."""
    found = tl.dot(memory[READ[0]], tiles[gate], input_precision=PRECISION)
    for state in tl.static_range(1, len(READ)):
        found += tl.dot(memory[READ[state]], tiles[state * gates + gate], input_precision=PRECISION)
    return found


@triton.jit
def output(a, readout, bias, known, SQUASH: tl.constexpr, PRECISION: tl.constexpr):
    """Return the answer y to a: softmax, or the number itself; 0 where `known` is false."""
    raw = tl.dot(a, readout, input_precision=PRECISION) + bias
    if SQUASH == "softmax":
        raw = tl.where(known, raw, float("-inf"))
        raised = tl.exp(raw - tl.max(raw, 1)[:, None])
        return raised / tl.sum(raised, 1)[:, None]
    return tl.where(known, raw, 0.0)


@triton.jit
def place_of(t, length, BACKWARD: tl.constexpr):
    """Return where in its sequence a reader stands at step t, (sequences)."""
    if BACKWARD:
        return tl.where(t < length, length - 1 - t, t)
    return t + 0 * length


@triton.jit(do_not_specialize=["T", "B"])  # or every length would be compiled anew
def forward(
    x, recurrent, memory_bias, vectors, readout, readout_bias, lengths, a_out, other_out, saved_out,
    T, B, H, W,
    CELL: tl.constexpr, FIRST: tl.constexpr, SECOND: tl.constexpr, GATES: tl.constexpr, INPUT_GATES: tl.constexpr,
    MEMORY_GATES: tl.constexpr, VECTORS: tl.constexpr, SAVED: tl.constexpr, READ: tl.constexpr, OTHER: tl.constexpr,
    SQUASH: tl.constexpr, BACKWARD: tl.constexpr, HP: tl.constexpr, WP: tl.constexpr, BLOCK: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    """Write a (R, T, B, H), the other signal (R, T, B, W) and what is saved (R, T, B, SAVED H), from x (R, T, B, G).

    recurrent (R, len(READ) W, (GATES + MEMORY_GATES) H), memory_bias (R, MEMORY_GATES H), vectors (R, VECTORS, H),
    readout (R, H, W), readout_bias (R, W), lengths (R, B).
    """
    run, b = tl.program_id(0).to(tl.int64), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    unit, number, there = tl.arange(0, HP), tl.arange(0, WP), b < B
    length = tl.load(lengths + run * B + b, mask=there, other=0)
    row, column = number[:, None], unit[None, :]
    reading: tl.constexpr = GATES + MEMORY_GATES
    tiles = matrices(recurrent + run * len(READ) * W * reading * H, row, column, W, H, len(READ), reading)
    bias = load_each(memory_bias + run * MEMORY_GATES * H + column, column < H, H, MEMORY_GATES)
    own = load_each(vectors + run * VECTORS * H + column, column < H, H, VECTORS)
    memory = (tl.zeros((BLOCK, HP), tl.float32),)
    if OTHER:
        memory = memory + (tl.zeros((BLOCK, WP), tl.float32),)
    if SQUASH != "":
        (through,) = matrices(readout + run * H * W, unit[:, None], number[None, :], H, W, 1, 1)
        threshold = tl.load(readout_bias + run * W + number[None, :], mask=number[None, :] < W, other=0.0)
    wide, narrow = there[:, None] & (unit < H)[None, :], there[:, None] & (number < W)[None, :]
    for t in range(T):
        inside = (t < length)[:, None]
        at = ((run * T + place_of(t, length, BACKWARD)) * B + b)[:, None]
        gates = load_each(x + at * (GATES + INPUT_GATES) * H + column, wide & inside, H, GATES + INPUT_GATES)
        if len(READ) > 0:
            summed = ()
            for k in tl.static_range(GATES):
                summed = summed + (gates[k] + remembered(memory, tiles, k, reading, READ, PRECISION),)
            for k in tl.static_range(GATES, GATES + INPUT_GATES):
                summed = summed + (gates[k],)
            for k in tl.static_range(MEMORY_GATES):
                summed = summed + (bias[k] + remembered(memory, tiles, GATES + k, reading, READ, PRECISION),)
            gates = summed
        now, saved = CELL(gates, memory, own, FIRST, SECOND)
        if SQUASH != "":
            now = now + (output(now[0], through, threshold, (number < W)[None, :], SQUASH, PRECISION),)
        store_each(a_out + at * H + column, wide, H, now, 1, inside)
        store_each(saved_out + at * SAVED * H + column, wide, H, saved, SAVED, inside)
        if OTHER:
            tl.store(other_out + at * W + number[None, :], tl.where(inside, now[1], 0.0), mask=narrow)
        memory = now


@triton.jit(do_not_specialize=["T", "B"])
def back(
    d_a, a, other, saved_in, recurrent, vectors, readout, lengths, d_gates, d_output, d_vectors,
    T, B, H, W,
    CELL: tl.constexpr, FIRST: tl.constexpr, SECOND: tl.constexpr, GATES: tl.constexpr, INPUT_GATES: tl.constexpr,
    MEMORY_GATES: tl.constexpr, VECTORS: tl.constexpr, SAVED: tl.constexpr, READ: tl.constexpr, OTHER: tl.constexpr,
    SQUASH: tl.constexpr, BACKWARD: tl.constexpr, HP: tl.constexpr, WP: tl.constexpr, BLOCK: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    """Write the loss's gradients, from that by a (R, T, B, H) and what `forward` read and wrote.

    d_gates (R, T, B, gates H), in the order of all gates; d_output (R, T, B, W), by the answer before softmax;
    d_vectors (R, blocks, VECTORS, H), a part for each program.
    """
    run, b = tl.program_id(0).to(tl.int64), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    unit, number, there = tl.arange(0, HP), tl.arange(0, WP), b < B
    length = tl.load(lengths + run * B + b, mask=there, other=0)
    column = unit[None, :]
    reading: tl.constexpr = GATES + MEMORY_GATES
    every: tl.constexpr = GATES + INPUT_GATES + MEMORY_GATES
    start = recurrent + run * len(READ) * W * reading * H
    tiles = matrices(start, number[None, :], unit[:, None], W, H, len(READ), reading)
    own = load_each(vectors + run * VECTORS * H + column, column < H, H, VECTORS)
    carried = (tl.zeros((BLOCK, HP), tl.float32),)
    if OTHER:
        carried = carried + (tl.zeros((BLOCK, WP), tl.float32),)
    if SQUASH != "":
        (through,) = matrices(readout + run * H * W, unit[None, :], number[:, None], H, W, 1, 1)
    by_vector = ()
    for _ in tl.static_range(VECTORS):
        by_vector = by_vector + (tl.zeros((BLOCK, HP), tl.float32),)
    wide, narrow = there[:, None] & (unit < H)[None, :], there[:, None] & (number < W)[None, :]
    for i in range(T):
        t = T - 1 - i
        inside = (t < length)[:, None]
        place = place_of(t, length, BACKWARD)
        at = ((run * T + place) * B + b)[:, None]
        earlier = at + B if BACKWARD else at - B
        was = inside & (t > 0)
        now = load_each(a + at * H + column, wide & inside, H, 1)
        before = load_each(a + earlier * H + column, wide & was, H, 1)
        if OTHER:
            now = now + (tl.load(other + at * W + number[None, :], mask=narrow & inside, other=0.0),)
            before = before + (tl.load(other + earlier * W + number[None, :], mask=narrow & was, other=0.0),)
        saved = load_each(saved_in + at * SAVED * H + column, wide & inside, H, SAVED)
        d = (tl.load(d_a + at * H + column, mask=wide & inside, other=0.0) + carried[0],)
        if SQUASH != "":
            d_raw = carried[1]
            if SQUASH == "softmax":
                d_raw = now[1] * (d_raw - tl.sum(now[1] * d_raw, 1)[:, None])
            tl.store(d_output + at * W + number[None, :], tl.where(inside, d_raw, 0.0), mask=narrow)
            d = (d[0] + tl.dot(d_raw, through, input_precision=PRECISION),)
        elif OTHER:
            d = d + (carried[1],)
        by_gate, past, parts = CELL(d, saved, now, before, own, FIRST, SECOND)
        if SQUASH != "":
            past = past + (tl.zeros((BLOCK, WP), tl.float32),)
        store_each(d_gates + at * every * H + column, wide, H, by_gate, every, inside)
        read = ()
        for k in tl.static_range(GATES):
            read = read + (by_gate[k],)
        for k in tl.static_range(GATES + INPUT_GATES, every):
            read = read + (by_gate[k],)
        carried = ()
        for signal in tl.static_range(len(past)):
            found = past[signal]
            for state in tl.static_range(len(READ)):
                if READ[state] == signal:
                    for k in tl.static_range(reading):
                        found += tl.dot(read[k], tiles[state * reading + k], input_precision=PRECISION)
            carried = carried + (tl.where(inside, found, 0.0),)
        summed = ()
        for k in tl.static_range(VECTORS):
            summed = summed + (by_vector[k] + tl.where(inside, parts[k], 0.0),)
        by_vector = summed
    corner = d_vectors + (run * tl.num_programs(1) + tl.program_id(1)) * VECTORS * H + unit
    for k in tl.static_range(VECTORS):
        tl.store(corner + k * H, tl.sum(by_vector[k], 0), mask=unit < H)
