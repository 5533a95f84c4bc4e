// The one loop over time: a cell in one direction of one layer, over a batch, forward and back.
#pragma once
#include "cells.h"
#include "loss.h"
#include "product.h"
#include "rows.h"

// What the loop works on. Rows are in the order in which the direction reads. G: all gates of all units, in blocks of one
// vector of units: its input gates, gates and memory gates side by side.
struct Passage {
    const Steps* steps;
    int hidden, outputs;                    // H and K
    bool labels;                            // y is a distribution; otherwise numbers
    const Split* fed;                       // a step reads the targets in it of the step before; null: its answers
    float unit;                             // of numbers: what 1 stands for
    const float* projected;                 // W x + b, rows of G
    const int32_t* number;                  // (rows) which row of `projected` belongs here
    const float* recurrent;                 // U, in panels
    const float* vectors;                   // a cell's further weights, H each
    Shape readout_shape, readout_turned_shape;
    const float *readout, *readout_turned;  // this direction's half of the readout V in panels, and its transpose
    const float* readout_bias;
    const float* d_output;                  // backward: gradient of a, rows of d_output_row numbers
    const int32_t* d_number;                // (rows) which row of `d_output`, and which of `steps->positions`, belongs here
    long d_output_row;
    const float* d_answer;                  // backward, top layer: gradient of y before softmax; null below
    float *d_recurrent, *d_vectors, *d_readout, *d_readout_bias;  // gradients that are added to
};

class Scan {
public:
    virtual ~Scan() = default;
    virtual void forward(const Passage&) = 0;
    virtual void backward(const Passage&) = 0;
    Numbers a, c;   // (rows, H padded) output and memory cell
    Numbers y;      // (rows, K padded) this direction's own answer, if the cell reads it
    Numbers logits;  // (rows, K padded) y before softmax
    Numbers gates;  // (rows, G) forward: see Units; after backward: the gradient of W x + U m + b
};

template <class Kind>
class ScanOf final : public Scan {
    static constexpr int G = Kind::input_gates + Kind::gates + Kind::memory_gates;
    static constexpr bool remembers = Kind::reads_a || Kind::reads_c || Kind::reads_y;
    static constexpr int read_gates = Kind::gates + Kind::memory_gates;  // gates that read the memory

    static_assert(G <= 4 && Kind::vectors <= 3, "Units has room for four gates and three vectors");
    static_assert(Kind::reads_a || !Kind::reads_c, "what is read of c comes behind a");

    Kind cell;
    Numbers memory, d_y, d_logits, carry, turned;

    // Numbers that belong to one unit's neighbours at a row.
    struct View {
        const Passage& p;
        int width, blocks;
        explicit View(const Passage& p) : p(p), width(padded(p.hidden)), blocks(width / WIDTH) {}
        long row() const { return (long)blocks * G * WIDTH; }
        int answers() const { return padded(p.outputs); }
        int memory() const { return Kind::reads_y ? answers() : width * (Kind::reads_a + Kind::reads_c); }
    };

public:
    explicit ScanOf(Activation first, Activation second) { cell.first = first, cell.second = second; }

    static Shape recurrent_shape(int hidden, int outputs) {
        const int blocks = padded(hidden) / WIDTH;
        const int memory = Kind::reads_y ? padded(outputs) : padded(hidden) * (Kind::reads_a + Kind::reads_c);
        return Shape::blocks(memory, blocks, read_gates, G);
    }

    void forward(const Passage& p) override {
        const View view(p);
        const Steps& steps = *p.steps;
        a.need((long)steps.rows() * view.width), gates.need(steps.rows() * view.row());
        if (Kind::holds_c) c.need((long)steps.rows() * view.width);
        if (remembers) memory.need((long)steps.rows() * view.memory());
        if (Kind::reads_y) y.need((long)steps.rows() * view.answers()), logits.need((long)steps.rows() * view.answers());
        for (int t = 0; t < steps.length(); t++) {
            if (remembers && t) read_memory(view, t);
            for (int block = 0; block < view.blocks; block++) units_forward(view, t, block);
            if (Kind::reads_y) answer(view, t);
        }
    }

    void backward(const Passage& p) override {
        const View view(p);
        const Steps& steps = *p.steps;
        const Shape shape = recurrent_shape(p.hidden, p.outputs), turned_shape = transposed(shape);
        const long carried = (long)steps.widest() * 2 * view.width;
        std::fill_n(carry.need(carried), carried, 0.0f);
        if (remembers) transpose(shape, p.recurrent, turned_shape, turned.need(turned_shape.size()));
        if (Kind::reads_y) {
            const long size = (long)steps.rows() * view.answers();
            std::fill_n(d_logits.need(size), size, 0.0f), d_y.need((long)steps.widest() * view.answers());
        }
        for (int t = steps.length() - 1; t >= 0; t--) {
            if (remembers && steps.counts[t + 1]) memory_backward(view, turned_shape, t);
            if (Kind::reads_y) answer_backward(view, t);
            for (int block = 0; block < view.blocks; block++) units_backward(view, t, block);
        }
        weights_backward(view, shape);
    }

private:
    // Copy what step t reads of the step before, and multiply it with U.
    void read_memory(const View& view, int t) {
        const Steps& steps = *view.p.steps;
        const int n = steps.counts[t], width = view.memory();
        const long row = steps.offsets[t], before = steps.offsets[t - 1];
        for (int b = 0; b < n; b++) {
            float* to = memory.get() + (row + b) * width;
            const auto copy = [&](const Numbers& from, int size) {
                std::memcpy(to, from.get() + (before + b) * size, size * 4), to += size;
            };
            if (Kind::reads_a) copy(a, view.width);
            if (Kind::reads_c) copy(c, view.width);
            if (Kind::reads_y && is_fed(view.p, before + b))
                put_answer(*view.p.fed, position(view.p, before + b), view.p.labels, view.p.outputs, view.p.unit, to);
            else if (Kind::reads_y) copy(y, view.answers());
        }
        const long first = Kind::input_gates * WIDTH;
        multiply(n, Rows{view.p.projected + first, view.row(), view.p.number + row}, Left{memory.get() + row * width, width},
                 recurrent_shape(view.p.hidden, view.p.outputs), view.p.recurrent, 0, width, gates.get() + row * view.row() + first,
                 view.row());
    }

    static int position(const Passage& p, long row) { return p.steps->positions[p.d_number[row]]; }
    // Whether the next step reads the target of this row, and not its answer. No gradient flows back through a target.
    static bool is_fed(const Passage& p, long row) { return p.fed && has_answer(*p.fed, position(p, row), p.labels, p.outputs); }

    void units_forward(const View& view, int t, int block) {
        const Passage& p = view.p;
        const Steps& steps = *p.steps;
        const bool read = remembers && t;
        const long before = t ? (long)(steps.offsets[t - 1] - steps.offsets[t]) * view.width : 0;
        Units u = fresh(p, block);
        for (int b = 0; b < steps.counts[t]; b++) {
            const long row = steps.offsets[t] + b, at = row * view.width + block * WIDTH;
            float* own = gates.get() + row * view.row() + block * G * WIDTH;
            const float* x = p.projected + p.number[row] * view.row() + block * G * WIDTH;
            for (int g = 0; g < G; g++) u.gate[g] = load((read && g >= Kind::input_gates ? own : x) + g * WIDTH);
            if (Kind::reads_a && t) u.a_before = load(a.get() + at + before);
            if (Kind::holds_c && t) u.c_before = load(c.get() + at + before);
            cell.forward(u);
            for (int g = 0; g < G; g++) store(own + g * WIDTH, u.gate[g]);
            store(a.get() + at, u.a);
            if (Kind::holds_c) store(c.get() + at, u.c);
        }
    }

    // y of step t: the readout of this direction alone.
    void answer(const View& view, int t) {
        const Passage& p = view.p;
        const int n = p.steps->counts[t], width = view.answers();
        const long row = p.steps->offsets[t];
        float *to = logits.get() + row * width, *answers = y.get() + row * width;
        multiply(n, Row{p.readout_bias}, Left{a.get() + row * view.width, view.width}, p.readout_shape, p.readout, 0, view.width, to, width);
        std::memcpy(answers, to, (long)n * width * 4);
        if (p.labels)
            for (int b = 0; b < n; b++) softmax(answers + (long)b * width, p.outputs);
    }

    // Bring the gradient of what step t + 1 read of step t into `carry`: rows of d_a and d_c.
    void memory_backward(const View& view, const Shape& turned_shape, int t) {
        const Steps& steps = *view.p.steps;
        const int n = steps.counts[t + 1], depth = view.blocks * read_gates * WIDTH;
        const float* d_gates = gates.get() + steps.offsets[t + 1] * view.row() + Kind::input_gates * WIDTH;
        const Left left{d_gates, view.row(), 1, G == read_gates ? 1 : view.blocks, G * WIDTH};
        if (!Kind::reads_y)
            return multiply(n, Same{}, left, turned_shape, turned.get(), 0, depth, carry.get(), 2 * view.width);
        const long width = view.answers(), first = steps.offsets[t] * width;
        multiply(n, Nothing{}, left, turned_shape, turned.get(), 0, depth, d_y.get(), width);
        for (int b = 0; b < n; b++)
            if (!is_fed(view.p, steps.offsets[t] + b))
                squash_backward(view.p, y.get() + first + b * width, d_y.get() + b * width, d_logits.get() + first + b * width);
    }

    // From the gradient of y to that of what softmax was taken of, and of the bias in it.
    static void squash_backward(const Passage& p, const float* y, const float* d_y, float* d_logits) {
        const int width = padded(p.outputs);
        Vector both{};
        if (p.labels)
            for (int k = 0; k < width; k += WIDTH) both += load(y + k) * load(d_y + k);
        const Vector mean = all(sum(both));
        for (int k = 0; k < width; k += WIDTH) {
            const Vector d = p.labels ? load(y + k) * (load(d_y + k) - mean) : load(d_y + k);
            store(d_logits + k, d), store(p.d_readout_bias + k, load(p.d_readout_bias + k) + d);
        }
    }

    // Add what the loss says of the answer at step t, and bring all of it to a.
    void answer_backward(const View& view, int t) {
        const Passage& p = view.p;
        const int n = p.steps->counts[t], width = view.answers();
        float* d = d_logits.get() + (long)p.steps->offsets[t] * width;
        for (int b = 0; p.d_answer && b < n; b++) {
            const float* from = p.d_answer + (long)p.d_number[p.steps->offsets[t] + b] * width;
            for (int k = 0; k < width; k += WIDTH) store(d + b * width + k, load(d + b * width + k) + load(from + k));
        }
        multiply(n, Same{}, Left{d, width}, p.readout_turned_shape, p.readout_turned, 0, width, carry.get(), 2 * view.width);
    }

    void units_backward(const View& view, int t, int block) {
        const Passage& p = view.p;
        const Steps& steps = *p.steps;
        const long before = t ? (long)(steps.offsets[t - 1] - steps.offsets[t]) * view.width : 0;
        Units u = fresh(p, block);
        Vector d_weight[3]{};
        for (int b = 0; b < steps.counts[t]; b++) {
            const long row = steps.offsets[t] + b, at = row * view.width + block * WIDTH;
            float* own = gates.get() + row * view.row() + block * G * WIDTH;
            float* d = carry.get() + (long)b * 2 * view.width + block * WIDTH;
            for (int g = 0; g < G; g++) u.gate[g] = load(own + g * WIDTH);
            u.a = load(a.get() + at);
            if (Kind::reads_a && t) u.a_before = load(a.get() + at + before);
            if (Kind::holds_c) u.c = load(c.get() + at), u.d_c = load(d + view.width);
            if (Kind::holds_c && t) u.c_before = load(c.get() + at + before);
            u.d_a = load(p.d_output + p.d_number[row] * p.d_output_row + block * WIDTH) + load(d);
            cell.backward(u);
            for (int g = 0; g < G; g++) store(own + g * WIDTH, u.gate[g]);
            store(d, u.d_a_before);
            if (Kind::holds_c) store(d + view.width, u.d_c_before);
            for (int i = 0; i < Kind::vectors; i++) d_weight[i] += u.d_weight[i];
        }
        for (int i = 0; i < Kind::vectors; i++) {
            float* sums = p.d_vectors + i * view.width + block * WIDTH;
            store(sums, load(sums) + d_weight[i]);
        }
    }

    void weights_backward(const View& view, const Shape& shape) {
        const Passage& p = view.p;
        const Steps& steps = *p.steps;
        const long first = steps.length() > 1 ? steps.offsets[1] : steps.rows();
        const int rows = steps.rows() - first, width = view.memory();
        const float* right = gates.get() + first * view.row() + Kind::input_gates * WIDTH;
        int part = 0;
        const auto add = [&](int real, int size) {
            add_outer(rows, memory.get() + first * width + part, width, real, right, view.row(), shape, p.d_recurrent, part);
            part += size;
        };
        if (Kind::reads_a) add(p.hidden, view.width);
        if (Kind::reads_c) add(p.hidden, view.width);
        if (Kind::reads_y) {
            add(p.outputs, view.answers());
            add_outer(steps.rows(), a.get(), view.width, p.hidden, d_logits.get(), view.answers(), p.readout_shape, p.d_readout, 0);
        }
    }

    static Units fresh(const Passage& p, int block) {
        Units u{};
        for (int i = 0; i < Kind::vectors; i++) u.weight[i] = load(p.vectors + i * padded(p.hidden) + block * WIDTH);
        return u;
    }
};
