// A network: its weights, and its pass forward and back over a batch.
#pragma once
#include "layout.h"
#include "words.h"

class Network {
public:
    explicit Network(const Plan& plan)
        : layout(plan), readout_turned_shape(transposed(layout.readout_shape)) {
        p.need(layout.size());
        sides.resize(layout.places.size());
        for (Side& side : sides) side.scan = layout.kind.make((Activation)plan.first, (Activation)plan.second);
    }

    // Copy the weights from or to Python's order.
    void load_weights(const float* from) {
        layout.visit([&](long here, long there, int n) { std::memcpy(p.get() + here, from + there, n * 4); });
    }
    void save_weights(float* to) const { save(p.get(), to); }

    // Write the readout for the chosen sequences, (n, longest, K), 0 behind their ends.
    void answer(const Split& split, const int32_t* chosen, int n, int longest, float* out) {
        const Plan& plan = layout.plan;
        std::memset(out, 0, (long)n * longest * plan.outputs * 4);
        each(split, chosen, n, [&](int sequence, int t, int row, int) {
            float* to = out + ((long)sequence * longest + t) * plan.outputs;
            const float* from = logits.get() + (long)row * layout.outputs;
            for (int k = 0; k < plan.outputs; k++) to[k] = plan.unit * from[k];
        });
    }

    // Write what is kept for the next step at every position of the chosen sequences, laid end to end: the states of all
    // layers and directions side by side; the output a of a cell that keeps nothing.
    void states(const Split& split, const int32_t* chosen, int n, float* out) {
        std::vector<long> starts(n + 1);
        for (int i = 0; i < n; i++) starts[i + 1] = starts[i] + split.lengths[chosen[i]];
        const Kind& kind = layout.kind;
        const bool keeps_a = kind.reads_a || !(kind.holds_c || kind.reads_y);
        const int hidden = layout.plan.hidden, outputs = layout.plan.outputs;
        const long width = (long)sides.size() * (hidden * (keeps_a + kind.holds_c) + outputs * kind.reads_y);
        each(split, chosen, n, [&](int sequence, int t, int row, int mirrored) {
            float* to = out + (starts[sequence] + t) * width;
            const auto put = [&](const Numbers& from, int at, int size) {
                std::memcpy(to, from.get() + (long)at * padded(size), size * 4), to += size;
            };
            for (int i = 0; i < (int)sides.size(); i++) {
                const int at = i % layout.plan.directions ? mirrored : row;
                if (keeps_a) put(sides[i].scan->a, at, hidden);
                if (kind.holds_c) put(sides[i].scan->c, at, hidden);
                if (kind.reads_y) put(sides[i].scan->y, at, outputs);
            }
        });
    }

    // Write the gradient of the mean loss of a batch, in Python's order; return that loss.
    double gradient(const Split& split, const int32_t* chosen, int n, float* out) {
        lay(split, chosen, n);
        forward(split, true);
        const double loss = backward(split, true);
        Numbers whole;
        whole.need(layout.size());
        std::memcpy(whole.get(), g.get(), layout.dense * 4);
        for (int i = 0; i < (int)words.dimensions.size(); i++)
            std::memcpy(whole.get() + table_row(words.dimensions[i]), d_table.get() + (long)i * layout.table_width, layout.table_width * 4);
        save(whole.get(), out);
        return loss;
    }

protected:
    Layout layout;
    Words words;
    Numbers p;           // weights, as `layout` has them
    Numbers g, d_table;  // gradients: of all but the table, and of the rows of the table that the batch uses

    long table_row(int dimension) const { return layout.dense + (long)dimension * layout.table_width; }

    // Take a batch: its rows, and the words in them.
    void lay(const Split& split, const int32_t* chosen, int batch) {
        steps.lay(split, chosen, batch);
        while ((int)identity.size() < steps.rows()) identity.push_back((int32_t)identity.size());
        if (layout.plan.words) words.meet(split, steps, layout.table_rows);
    }

    // Put out what the network says of the batch. While it is `learning` it may be fed the targets of earlier steps.
    void forward(const Split& split, bool learning) {
        const Plan& plan = layout.plan;
        fed = learning && plan.feeds ? &split : nullptr;
        joined.resize(plan.layers), d_joined.resize(plan.layers), readout_turned.resize(plan.directions);
        if (plan.words) read_words(); else read_numbers(split);
        for (int i = 0; i < (int)sides.size(); i++) {
            project(i);
            sides[i].scan->forward(passage(i));
            if (i % plan.directions == plan.directions - 1) join(i / plan.directions);
        }
        logits.need((long)steps.rows() * layout.outputs);
        for (int d = 0; d < plan.directions; d++)
            if (layout.kind.reads_y) add_answers(d); else read_out(d);
    }
    // Make the gradient of the mean loss; return the loss if it is `wanted`.
    double backward(const Split& split, bool wanted = false) {
        const Plan& plan = layout.plan;
        zeros(g, layout.dense);
        if (plan.words) zeros(d_table, (long)words.dimensions.size() * layout.table_width);
        if (plan.words && layout.embedding) zeros(d_vectors, (long)words.count() * layout.reads(0));
        for (int layer = 0; layer < plan.layers; layer++) {
            const long size = (long)steps.rows() * width();
            const bool written = layer == plan.layers - 1 ? !layout.kind.reads_y : plan.directions == 1;
            if (written) d_joined[layer].need(size); else zeros(d_joined[layer], size);  // the others are added to
        }
        const double loss = plan.labels ? cross_entropy(split, steps, plan.outputs, logits.get(), wanted)
                                        : squared_error(split, steps, plan.outputs, plan.unit, logits.get());
        readout_backward();
        for (int i = (int)sides.size() - 1; i >= 0; i--) {
            sides[i].scan->backward(passage(i));
            project_backward(i);
        }
        if (plan.words && layout.embedding) words.spread(d_vectors.get(), plan.window, layout.embedding, d_table.get());
        return loss;
    }

private:
    static constexpr int ANSWERED = 64;  // sequences that are answered at a time

    // One direction of one layer at work.
    struct Side {
        std::unique_ptr<Scan> scan;
        Numbers projected, d_projected, read, d_read, turned;
        std::vector<int32_t> number;  // (rows) which row of `projected` stands where
    };

    Shape readout_turned_shape;
    Steps steps;
    const Split* fed = nullptr;  // the split of the batch, where the network is fed its targets
    std::vector<Side> sides;
    std::vector<Numbers> joined, d_joined;  // by layer: a of both directions side by side, and its gradient
    std::vector<Numbers> readout_turned;
    Numbers vectors, d_vectors, input, logits;
    std::vector<int32_t> identity;

    void save(const float* from, float* to) const {
        layout.visit([&](long here, long there, int n) { std::memcpy(to + there, from + here, n * 4); });
    }
    static float* zeros(Numbers& numbers, long size) {
        float* from = numbers.need(size);
        std::fill(from, from + size, 0.0f);
        return from;
    }

    // Run over the chosen sequences, and call visit(number among the chosen, step, row, row of a backward reader).
    template <class Visit>
    void each(const Split& split, const int32_t* chosen, int n, Visit&& visit) {
        for (int first = 0; first < n; first += ANSWERED) {
            lay(split, chosen + first, std::min(ANSWERED, n - first));
            forward(split, false);
            for (int t = 0; t < steps.length(); t++)
                for (int b = 0; b < steps.counts[t]; b++)
                    visit(first + steps.sequences[b], t, steps.offsets[t] + b, steps.mirror[steps.offsets[t] + b]);
        }
    }

    // Rows and weights that a direction of a layer works on.
    Passage passage(int i) {
        const Place& place = layout.places[i];
        const int d = i % layout.plan.directions;
        Passage on{};
        on.steps = &steps, on.hidden = layout.plan.hidden, on.outputs = layout.plan.outputs, on.labels = layout.plan.labels;
        on.fed = fed, on.unit = layout.plan.unit;
        on.projected = sides[i].projected.get(), on.number = sides[i].number.data();
        on.recurrent = p.get() + place.recurrent, on.vectors = p.get() + place.vectors;
        on.readout_shape = layout.readout_shape, on.readout_turned_shape = readout_turned_shape;
        on.readout = p.get() + place.readout, on.readout_turned = readout_turned[d].get();
        on.readout_bias = p.get() + layout.readout_bias;
        on.d_output = d_joined[i / layout.plan.directions].get() + d * layout.hidden, on.d_output_row = width();
        on.d_number = order(d);
        on.d_answer = i / layout.plan.directions == layout.plan.layers - 1 ? logits.get() : nullptr;
        on.d_recurrent = g.get() + place.recurrent, on.d_vectors = g.get() + place.vectors;
        on.d_readout = g.get() + place.readout, on.d_readout_bias = g.get() + layout.readout_bias;
        return on;
    }
    int width() const { return layout.hidden * layout.plan.directions; }
    // Which row a direction reads at each of its rows.
    const int32_t* order(int direction) const { return direction ? steps.mirror.data() : identity.data(); }

    // logits = b + a V, over both directions.
    void read_out(int d) {
        const Left left{output(layout.plan.layers - 1) + d * layout.hidden, width()};
        const auto add = [&](auto begin) {
            multiply(steps.rows(), begin, left, layout.readout_shape, p.get() + layout.places[d].readout, 0, layout.hidden, logits.get(),
                     layout.outputs);
        };
        if (d) add(Same{}); else add(Row{p.get() + layout.readout_bias});
    }

    // The same where each direction has its half of the readout already, and the bias in it.
    void add_answers(int d) {
        const float* from = sides[(layout.plan.layers - 1) * layout.plan.directions + d].scan->logits.get();
        const float* bias = p.get() + layout.readout_bias;
        for (int row = 0; row < steps.rows(); row++) {
            float* to = logits.get() + (long)row * layout.outputs;
            const float* own = from + (long)order(d)[row] * layout.outputs;
            for (int k = 0; k < layout.outputs; k += WIDTH)
                store(to + k, d ? load(to + k) + load(own + k) - load(bias + k) : load(own + k));
        }
    }

    void read_words() {
        if (!layout.embedding) return;
        zeros(vectors, (long)words.count() * layout.reads(0));
        words.look_up([&](int dimension) { return p.get() + table_row(dimension); }, layout.plan.window, layout.embedding, vectors.get());
    }

    void read_numbers(const Split& split) {
        const int n = layout.plan.inputs;
        input.need((long)steps.rows() * n);
        for (int row = 0; row < steps.rows(); row++)
            std::memcpy(input.get() + (long)row * n, split.numbers + (long)steps.positions[row] * n, n * 4);
    }

    // W x + b for every row that a layer reads, or for every distinct word.
    void project(int i) {
        Side& side = sides[i];
        const Place& place = layout.places[i];
        const bool of_words = layout.plan.words && i < layout.plan.directions;
        const int rows = of_words ? words.count() : steps.rows();
        const long row = layout.row();
        float* projected = side.projected.need(rows * row);
        const float* bias = p.get() + place.bias;
        if (layout.looks_up(i) || layout.kind.memory_gates)
            for (int r = 0; r < rows; r++) std::memcpy(projected + r * row, bias, row * 4);
        const int reads = layout.reads(i);
        if (layout.looks_up(i)) look_up(i, projected);
        else multiply(rows, Row{bias}, Left{source(i), reads}, place.input_shape, p.get() + place.input, 0, reads, projected, row);
        const int32_t* from = order(i % layout.plan.directions);
        side.number.resize(steps.rows());
        for (int r = 0; r < steps.rows(); r++) side.number[r] = of_words ? words.place[from[r]] : from[r];
    }

    // What a layer reads, in the sentence's order: words' vectors, numbers, or the layer below.
    const float* source(int i) const {
        const int layer = i / layout.plan.directions;
        return layer ? output(layer - 1) : layout.plan.words ? vectors.get() : input.get();
    }
    const float* output(int layer) const {
        return layout.plan.directions == 1 ? sides[layer].scan->a.get() : joined[layer].get();
    }

    // Sums of rows of the table, whose gates read the input, added to rows of all gates.
    void look_up(int i, float* projected) {
        const int some = layout.input_gates * WIDTH, every = layout.all_gates * WIDTH;
        const long part = layout.places[i].input, row = layout.row();
        words.each([&](int word, int at, int) {
            const float* from = p.get() + table_row(words.dimensions[at]) + part;
            for (int block = 0; block < layout.blocks; block++)
                Words::add_row(from + block * some, some, projected + word * row + block * every);
        });
    }

    void join(int layer) {
        const int directions = layout.plan.directions;
        if (directions == 1) return;
        float* to = joined[layer].need((long)steps.rows() * width());
        for (int d = 0; d < directions; d++) {
            const float* from = sides[layer * directions + d].scan->a.get();
            for (int row = 0; row < steps.rows(); row++)
                std::memcpy(to + (long)row * width() + d * layout.hidden, from + (long)order(d)[row] * layout.hidden, layout.hidden * 4);
        }
    }

    void readout_backward() {
        const int top = layout.plan.layers - 1;
        float* bias = g.get() + layout.readout_bias;
        for (int row = 0; row < steps.rows(); row++) Words::add_row(logits.get() + (long)row * layout.outputs, layout.outputs, bias);
        for (int d = 0; d < layout.plan.directions; d++) {
            const long readout = layout.places[d].readout;
            float* turned = readout_turned[d].need(readout_turned_shape.size());
            transpose(layout.readout_shape, p.get() + readout, readout_turned_shape, turned);
            if (layout.kind.reads_y) continue;  // each step needs it there, so the loop over time brings it back
            add_outer(steps.rows(), output(top) + d * layout.hidden, width(), layout.plan.hidden, logits.get(), layout.outputs,
                      layout.readout_shape, g.get() + readout, 0);
            multiply(steps.rows(), Nothing{}, Left{logits.get(), layout.outputs}, readout_turned_shape, turned, 0, layout.outputs,
                     d_joined[top].get() + d * layout.hidden, width());
        }
    }

    // From the gradient of W x + b to those of W, b and x.
    void project_backward(int i) {
        const Place& place = layout.places[i];
        Side& side = sides[i];
        const bool of_words = layout.plan.words && i < layout.plan.directions;
        const long row = layout.row();
        const float* d_rows = side.scan->gates.get();
        int rows = steps.rows();
        if (of_words) {
            float* sums = zeros(side.d_projected, words.count() * row);
            for (int r = 0; r < rows; r++) Words::add_row(d_rows + r * row, row, sums + side.number[r] * row);
            d_rows = sums, rows = words.count();
        }
        for (int r = 0; r < rows; r++) Words::add_row(d_rows + r * row, row, g.get() + place.bias);
        if (layout.looks_up(i)) return spread(i, d_rows);
        weights_backward(i, d_rows, rows, of_words);
        if (of_words) source_backward(i, d_rows, rows, d_vectors.get(), nullptr);
        else if (i >= layout.plan.directions)
            source_backward(i, d_rows, rows, d_joined[i / layout.plan.directions - 1].get(), order(i % layout.plan.directions));
    }

    void spread(int i, const float* d_projected) {
        const int some = layout.input_gates * WIDTH, every = layout.all_gates * WIDTH;
        words.each([&](int word, int at, int) {
            float* to = d_table.get() + (long)at * layout.table_width + layout.places[i].input;
            for (int block = 0; block < layout.blocks; block++)
                Words::add_row(d_projected + word * layout.row() + block * every, some, to + block * some);
        });
    }

    void weights_backward(int i, const float* d_rows, int rows, bool of_words) {
        const Place& place = layout.places[i];
        const int reads = layout.reads(i), directions = layout.plan.directions;
        const float* from = source(i);
        if (!of_words && i % directions) {  // a backward reader: its rows in its own order
            float* own = sides[i].read.need((long)rows * reads);
            for (int r = 0; r < rows; r++) std::memcpy(own + (long)r * reads, from + (long)steps.mirror[r] * reads, reads * 4);
            from = own;
        }
        const int parts = layout.parts(i), part = reads / parts;
        for (int k = 0; k < parts; k++)
            add_outer(rows, from + k * part, reads, layout.real(i), d_rows, layout.row(), place.input_shape, g.get() + place.input, k * part);
    }

    // to (rows, reads) += d_rows x W^T; `number` says which row of `to` each row is for (null: in order). Where there is one
    // direction alone, nothing was there before.
    void source_backward(int i, const float* d_rows, int rows, float* to, const int32_t* number) {
        const Shape& shape = layout.places[i].input_shape;
        const Shape turned_shape = transposed(shape);
        Side& side = sides[i];
        transpose(shape, p.get() + layout.places[i].input, turned_shape, side.turned.need(turned_shape.size()));
        const int reads = layout.reads(i), depth = layout.input_width();
        const bool parts = layout.input_gates != layout.all_gates;
        const Left left{d_rows, layout.row(), 1, parts ? layout.blocks : 1, layout.all_gates * WIDTH};
        const auto put = [&](auto begin) { multiply(rows, begin, left, turned_shape, side.turned.get(), 0, depth, to, reads); };
        if (number && layout.plan.directions == 1) return put(Nothing{});
        if (!number || number == identity.data()) return put(Same{});
        multiply(rows, Nothing{}, left, turned_shape, side.turned.get(), 0, depth, side.d_read.need((long)rows * reads), reads);
        for (int r = 0; r < rows; r++) Words::add_row(side.d_read.get() + (long)r * reads, reads, to + (long)number[r] * reads);
    }
};
