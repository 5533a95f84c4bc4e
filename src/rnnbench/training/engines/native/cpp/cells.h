// Cells: one struct each, its equations forward and back on a vector of units. Products with weights, the loop over time,
// direction and depth are elsewhere. The equations are those of rnnbench/cells/*.py, where papers are named.
#pragma once
#include "activation.h"

// A vector of units at one position of a sequence.
struct Units {
    // Forward, in: W x + U m + b of each gate; out: what backward wants to know of it, as a rule behind its activation.
    // Backward, in: the same; out: the gradient of W x + U m + b. In the order: input gates, gates, memory gates.
    Vector gate[4];
    Vector a, c;                // output and memory cell
    Vector a_before, c_before;  // of the step before
    Vector weight[3];           // a cell's further vectors of weights
    Vector d_a, d_c;            // backward, in: the gradient of a and c
    Vector d_a_before, d_c_before, d_weight[3];  // backward, out: what does not go through the gates
};

// What a cell is made of. Gates are counted as in rnnbench.cells.Cell.
struct Cell {
    static constexpr int input_gates = 0, gates = 1, memory_gates = 0, vectors = 0;
    static constexpr bool holds_c = false;                                        // it has a memory cell c
    static constexpr bool reads_a = false, reads_c = false, reads_y = false;      // what its gates read of the step before
    Activation first = Activation::tanh, second = Activation::tanh;               // its activation settings, in their order
};

struct FeedForward : Cell {
    INLINE void forward(Units& u) const { u.a = value(first, u.gate[0]); }
    INLINE void backward(Units& u) const { u.gate[0] = u.d_a * slope(first, u.a); }
};

struct Elman : FeedForward {
    static constexpr bool reads_a = true;
};

struct Jordan : FeedForward {
    static constexpr bool reads_y = true;
};

// c_next = g(z) f(z_i) + c f(z_f), a = h(c_next) f(z_o); gates z, z_i, z_f, z_o.
struct LstmNoFeedback : Cell {
    static constexpr int gates = 4;
    static constexpr bool holds_c = true;

    INLINE void forward(Units& u) const {
        auto& [z, z_i, z_f, z_o] = u.gate;
        z = value(first, z), z_i = logistic(z_i), z_f = logistic(z_f), z_o = logistic(z_o);
        u.c = z * z_i + u.c_before * z_f;
        u.a = value(second, u.c) * z_o;
    }
    INLINE void backward(Units& u) const {
        auto& [z, z_i, z_f, z_o] = u.gate;
        const Vector one = all(1.0f), h = value(second, u.c), d_c = u.d_c + u.d_a * z_o * slope(second, h);
        u.d_c_before = d_c * z_f;
        const Vector d_z = d_c * z_i * slope(first, z), d_i = d_c * z * z_i * (one - z_i);
        z_f = d_c * u.c_before * z_f * (one - z_f);
        z_o = u.d_a * h * z_o * (one - z_o);
        z = d_z, z_i = d_i;
    }
};

struct Lstm : LstmNoFeedback {
    static constexpr bool reads_a = true;
};

struct LstmPeephole : Lstm {
    static constexpr bool reads_c = true;
};

// The gates see their own unit's c: z_i + p_i c, z_f + p_f c, z_o + p_o c_next.
struct LstmPeepholeDiagonal : Lstm {
    static constexpr int vectors = 3;

    INLINE void forward(Units& u) const {
        auto& [z, z_i, z_f, z_o] = u.gate;
        const auto& [p_i, p_f, p_o] = u.weight;
        z = value(first, z), z_i = logistic(z_i + p_i * u.c_before), z_f = logistic(z_f + p_f * u.c_before);
        u.c = z * z_i + u.c_before * z_f;
        z_o = logistic(z_o + p_o * u.c);
        u.a = value(second, u.c) * z_o;
    }
    INLINE void backward(Units& u) const {
        auto& [z, z_i, z_f, z_o] = u.gate;
        const auto& [p_i, p_f, p_o] = u.weight;
        const Vector one = all(1.0f), h = value(second, u.c), d_o = u.d_a * h * z_o * (one - z_o);
        const Vector d_c = u.d_c + u.d_a * z_o * slope(second, h) + d_o * p_o;
        const Vector d_z = d_c * z_i * slope(first, z), d_i = d_c * z * z_i * (one - z_i);
        const Vector d_f = d_c * u.c_before * z_f * (one - z_f);
        u.d_c_before = d_c * z_f + d_i * p_i + d_f * p_f;
        u.d_weight[0] = d_i * u.c_before, u.d_weight[1] = d_f * u.c_before, u.d_weight[2] = d_o * u.c;
        z = d_z, z_i = d_i, z_f = d_f, z_o = d_o;
    }
};

// r = f(r), u = f(u), n = tanh(n + r m), a = n + u (a_before - n); gates n (input), r, u (both), m (memory).
struct Gru : Cell {
    static constexpr int input_gates = 1, gates = 2, memory_gates = 1;
    static constexpr bool reads_a = true;

    INLINE void forward(Units& units) const {
        auto& [n, r, u, m] = units.gate;
        r = logistic(r), u = logistic(u), n = hyperbolic_tangent(n + r * m);
        units.a = n + u * (units.a_before - n);
    }
    INLINE void backward(Units& units) const {
        auto& [n, r, u, m] = units.gate;
        const Vector one = all(1.0f), d_a = units.d_a, d_n = d_a * (one - u) * (one - n * n);
        units.d_a_before = d_a * u;
        u = d_a * (units.a_before - n) * u * (one - u);
        const Vector d_m = d_n * r;
        r = d_n * m * r * (one - r);
        m = d_m, n = d_n;
    }
};
