// Losses: what was put out for a batch becomes the gradient of the mean loss over the positions that want an answer.
#pragma once
#include <cmath>
#include "rows.h"

// A row of softmax in place; only the first `n` numbers are part of it, the others become 0.
inline void softmax(float* row, int n) {
    const int width = padded(n);
    for (int k = n; k < width; k++) row[k] = -3e38f;
    Vector top = load(row);
    for (int k = WIDTH; k < width; k += WIDTH) top = at_least(load(row + k), top);
    const Vector highest = all(largest(top));
    Vector total{};
    for (int k = 0; k < width; k += WIDTH) {
        const Vector e = exponential(load(row + k) - highest);
        store(row + k, e);
        total += e;
    }
    const Vector share = all(1.0f / sum(total));
    for (int k = 0; k < width; k += WIDTH) store(row + k, load(row + k) * share);
    for (int k = n; k < width; k++) row[k] = 0;
}

// Cross-entropy of logits, rows of K padded; return the loss if it is `wanted` (logarithms take time).
inline double cross_entropy(const Split& split, const Steps& steps, int outputs, float* logits, bool wanted) {
    const int width = padded(outputs);
    int asked = 0;
    for (int position : steps.positions) asked += split.labels[position] >= 0;
    const Vector share = all(1.0f / std::max(asked, 1));
    double loss = 0;
    for (int row = 0; row < steps.rows(); row++) {
        float* z = logits + (long)row * width;
        const int label = split.labels[steps.positions[row]];
        if (label < 0 || label >= outputs) {  // no answer is wanted, or one that was never trained
            std::fill_n(z, width, 0.0f);
            continue;
        }
        softmax(z, outputs);
        if (wanted) loss -= std::log(z[label]);
        for (int k = 0; k < width; k += WIDTH) store(z + k, load(z + k) * share);
        z[label] -= share[0];  // last: a vector read again behind a single write would wait for it
    }
    return loss / std::max(asked, 1);
}

// Whether the first `n` of these numbers are a target: none of them is missing.
inline bool is_target(const float* values, int n) {
    return std::none_of(values, values + n, [](float x) { return std::isnan(x); });
}

// Squared error, mean over K numbers, in the network's unit; return it.
inline double squared_error(const Split& split, const Steps& steps, int outputs, float unit, float* answers) {
    const int width = padded(outputs);
    int asked = 0;
    for (int position : steps.positions) asked += is_target(split.values + (long)position * outputs, outputs);
    const float share = 2.0f / (outputs * std::max(asked, 1));
    double loss = 0;
    for (int row = 0; row < steps.rows(); row++) {
        float* y = answers + (long)row * width;
        const float* values = split.values + (long)steps.positions[row] * outputs;
        const bool here = is_target(values, outputs);
        for (int k = 0; k < width; k++) {
            const float error = here && k < outputs ? y[k] - values[k] / unit : 0;
            loss += (double)error * error;
            y[k] = share * error;
        }
    }
    return loss / (outputs * std::max(asked, 1));
}

// Whether a position has a target that is one of the network's answers.
inline bool has_answer(const Split& split, int position, bool labels, int outputs) {
    if (labels) return split.labels[position] >= 0 && split.labels[position] < outputs;
    return is_target(split.values + (long)position * outputs, outputs);
}

// Put the answer y that this target stands for, K numbers padded, before they are counted in the network's unit.
inline void put_answer(const Split& split, int position, bool labels, int outputs, float unit, float* y) {
    std::fill_n(y, padded(outputs), 0.0f);
    if (labels) y[split.labels[position]] = 1;
    for (int k = 0; k < outputs && !labels; k++) y[k] = split.values[(long)position * outputs + k] / unit;
}
