// Where every weight of a network lies. Python's order is that of Network.shapes, name after name; here units are padded to
// whole vectors, the gates of a vector of units stand side by side, and matrices lie in panels. Padding is and stays 0.
#pragma once
#include "scan.h"

// A network as Python describes it.
struct Plan {
    int32_t cell, first, second;  // number of the cell, and of its activations
    int32_t layers, directions, hidden, inputs, outputs;
    int32_t embedding;  // width of a table of word vectors; 0: none
    int32_t window;     // words that are read at a position; each has a vector of its own from the table
    int32_t words, labels;  // whether the input is words, and the answer labels; otherwise both are numbers
    int32_t feeds;          // whether, while it learns, a step reads the target of the step before instead of its answer
    float unit;  // what a readout of 1 stands for
};

// What must be known of a cell before there is one.
struct Kind {
    const char* name;
    int input_gates, gates, memory_gates, vectors;
    bool reads_a, reads_c, reads_y, holds_c;
    Shape (*recurrent)(int hidden, int outputs);
    std::unique_ptr<Scan> (*make)(Activation, Activation);
};

template <class C>
constexpr Kind kind(const char* name) {
    return {name, C::input_gates, C::gates, C::memory_gates, C::vectors, C::reads_a, C::reads_c, C::reads_y, C::holds_c,
            ScanOf<C>::recurrent_shape,
            [](Activation first, Activation second) -> std::unique_ptr<Scan> { return std::make_unique<ScanOf<C>>(first, second); }};
}

// File name in rnnbench/cells -> cell.
constexpr Kind KINDS[] = {
    kind<FeedForward>("feed_forward"),
    kind<Elman>("elman"),
    kind<Jordan>("jordan"),
    kind<LstmNoFeedback>("lstm_no_feedback"),
    kind<Lstm>("lstm"),
    kind<LstmPeephole>("lstm_peephole"),
    kind<LstmPeepholeDiagonal>("lstm_peephole_diagonal"),
    kind<Gru>("gru"),
};

// One direction of one layer: offsets of its weights.
struct Place {
    Shape input_shape, recurrent_shape;
    long input = 0, bias = 0, recurrent = 0, vectors = 0, readout = 0;
};

struct Layout {
    Plan plan;
    const Kind& kind;
    int hidden, outputs, embedding, blocks, input_gates, all_gates;  // the first three padded to whole vectors
    std::vector<Place> places;  // layer after layer, direction after direction; the last layer's know their readout
    Shape readout_shape;
    long readout_bias = 0, dense = 0;  // `dense` numbers are moved at every step; behind them lies the table
    int table_width = 0, table_rows = 0;  // the table: a row for each dimension of a word's code, or of a window's

    explicit Layout(const Plan& p)
        : plan(p), kind(KINDS[p.cell]), hidden(padded(p.hidden)), outputs(padded(p.outputs)), embedding(padded(p.embedding)),
          blocks(hidden / WIDTH), input_gates(kind.input_gates + kind.gates), all_gates(input_gates + kind.memory_gates),
          places((size_t)p.layers * p.directions), readout_shape(Shape::dense(hidden, outputs / WIDTH)) {
        const auto take = [this](long size) { return std::exchange(dense, dense + padded(size)); };
        for (int i = 0; i < (int)places.size(); i++) {
            Place& place = places[i];
            if (looks_up(i)) {
                place.input = (long)i * input_width();  // a part of each row of the table
            } else {
                place.input_shape = Shape::blocks(reads(i), blocks, input_gates, all_gates);
                place.input = take(place.input_shape.size());
            }
            place.bias = take(row());
            place.recurrent_shape = kind.recurrent(p.hidden, p.outputs);
            place.recurrent = take(place.recurrent_shape.size());
            place.vectors = take((long)kind.vectors * hidden);
        }
        for (int d = 0; d < p.directions; d++) {
            const long readout = take(readout_shape.size());
            for (int layer = 0; layer < p.layers; layer++) places[layer * p.directions + d].readout = readout;
        }
        readout_bias = take(outputs);
        if (p.words) table_width = embedding ? embedding : p.directions * input_width();
        if (p.words) table_rows = embedding ? p.inputs / p.window : p.inputs;
    }

    long row() const { return (long)blocks * all_gates * WIDTH; }            // all gates of a layer and direction
    long input_width() const { return (long)blocks * input_gates * WIDTH; }  // those that read the input
    long size() const { return dense + (long)table_width * table_rows; }
    bool looks_up(int place) const { return place < plan.directions && plan.words && !embedding; }
    // How many numbers a direction of a layer reads at a position.
    int reads(int place) const {
        if (place >= plan.directions) return hidden * plan.directions;
        return embedding ? embedding * plan.window : plan.inputs;
    }
    // What it reads is made of so many parts, each padded: words of a window, or directions of the layer below.
    int parts(int place) const { return place >= plan.directions ? plan.directions : embedding ? plan.window : 1; }
    // How many numbers of each part are real.
    int real(int place) const { return place >= plan.directions ? plan.hidden : embedding ? plan.embedding : plan.inputs; }
    // The column of a gate of a unit, in rows that hold `gates` gates of every unit.
    static long column(int unit, int gate, int gates) { return ((long)(unit / WIDTH) * gates + gate) * WIDTH + unit % WIDTH; }

    // Call visit(here, there, n) for every run of n weights that stand side by side both here and in Python's order.
    template <class Visit>
    void visit(Visit&& call) const {
        long there = 0;
        const auto units = [&](int n, auto&& here) {
            for (int unit = 0; unit < n; unit += WIDTH) {
                const int run = std::min(WIDTH, n - unit);
                call(here(unit), there, run);
                there += run;
            }
        };
        for (int row = 0; embedding && row < table_rows; row++)
            units(plan.embedding, [&](int unit) { return dense + (long)row * table_width + unit; });
        for (int i = 0; i < (int)places.size(); i++) visit_place(i, units);
        for (int d = 0; d < plan.directions; d++)
            for (int unit = 0; unit < plan.hidden; unit++)
                units(plan.outputs, [&](int k) { return places[d].readout + readout_shape.at(unit, k); });
        units(plan.outputs, [&](int k) { return readout_bias + k; });
    }

private:
    template <class Units>
    void visit_place(int i, Units&& units) const {
        const Place& place = places[i];
        // Python's order of gates: those that read both, then those that read the input alone, or the memory alone.
        const auto gate_here = [&](int gate) { return gate < kind.gates ? kind.input_gates + gate : gate - kind.gates; };
        const int whole = reads(i) / parts(i);
        for (int row = 0; row < real(i) * parts(i); row++)
            for (int gate = 0; gate < input_gates; gate++)
                units(plan.hidden, [&](int unit) {
                    const long at = column(unit, gate_here(gate), input_gates);
                    if (looks_up(i)) return dense + (long)row * table_width + place.input + at;
                    return place.input + place.input_shape.at(row / real(i) * whole + row % real(i), at);
                });
        for (int gate = 0; gate < input_gates; gate++)
            units(plan.hidden, [&](int unit) { return place.bias + column(unit, gate_here(gate), all_gates); });
        visit_memory(place, units);
        for (int i = 0; i < kind.vectors; i++) units(plan.hidden, [&](int unit) { return place.vectors + (long)i * hidden + unit; });
    }

    template <class Units>
    void visit_memory(const Place& place, Units&& units) const {
        const int read_gates = kind.gates + kind.memory_gates;
        int first = 0;
        const auto part = [&](int real, int size) {
            for (int row = 0; row < real; row++)
                for (int gate = 0; gate < read_gates; gate++)
                    units(plan.hidden, [&](int unit) {
                        return place.recurrent + place.recurrent_shape.at(first + row, column(unit, gate, read_gates));
                    });
            first += size;
        };
        if (kind.reads_a) part(plan.hidden, hidden);
        if (kind.reads_c) part(plan.hidden, hidden);
        if (kind.reads_y) part(plan.outputs, outputs);
        for (int gate = input_gates; gate < all_gates; gate++)
            units(plan.hidden, [&](int unit) { return place.bias + column(unit, gate, all_gates); });
    }
};
