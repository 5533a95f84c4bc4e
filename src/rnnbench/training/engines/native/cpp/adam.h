// Adam (Kingma & Ba 2015) with torch's defaults. Rows of a table that a batch does not touch still move at every step, by
// what is left of their momentum; here they catch up when they are touched again, in one go.
#pragma once
#include <cmath>
#include "rows.h"

class Adam {
public:
    static constexpr double BETA_1 = 0.9, BETA_2 = 0.999, EPSILON = 1e-8;
    static constexpr int LAG = 256;  // the most steps that numbers may miss before they catch up

    Adam() {
        for (int lag = 0; lag <= LAG; lag++) {
            left[lag] = {std::pow(BETA_1, lag), std::pow(BETA_2, lag)};
            moved[lag] = {std::pow(BETA_1 / std::sqrt(BETA_2), lag), std::pow(BETA_1 / BETA_2, lag)};
        }
    }

    // Begin a step. p will move by -scale m / (sqrt(v) + epsilon), with m and v freed of their bias towards 0.
    void begin(double rate) {
        steps++;
        const double root = std::sqrt(1 - std::pow(BETA_2, steps));
        scale = rate / (1 - std::pow(BETA_1, steps)) * root, epsilon = EPSILON * root;
        for (int lag = LAG; lag > 0; lag--) {
            missed[lag].a = missed[lag - 1].a + scale * moved[lag].a;
            missed[lag].b = missed[lag - 1].b + scale * epsilon * moved[lag].b;
        }
    }

    // Move n numbers by their gradient times `shrink`.
    void move(long n, float* p, float* m, float* v, const float* gradient, float shrink) const {
        const Vector factor = all(shrink), b1 = all(BETA_1), b2 = all(BETA_2), rate = all(scale), small = all(epsilon);
        for (long i = 0; i < n; i += WIDTH) {
            const Vector g = load(gradient + i) * factor;
            const Vector mean = b1 * load(m + i) + all(1 - BETA_1) * g, square = b2 * load(v + i) + all(1 - BETA_2) * g * g;
            store(m + i, mean), store(v + i, square);
            store(p + i, load(p + i) - rate * over_root(mean, square, small));
        }
    }

    // Bring n numbers that had no gradient since step `last` (0: never one), LAG steps ago at most, to where they are now.
    // j steps later m is b1^j m and sqrt(v) is b2^(j/2) sqrt(v). With s_j and e_j the scale and epsilon of that step, p has
    // moved by the sum of s_j b1^j m / (b2^(j/2) sqrt(v) + e_j), which is A m / (sqrt(v) + B / A) to first order in e_j: A is
    // the sum of s_j (b1 / sqrt(b2))^j, B that of s_j e_j (b1 / b2)^j.
    void catch_up(long n, float* p, float* m, float* v, int last) const {
        const int lag = steps - last;
        if (!lag || !last) return;
        const auto [a, b] = missed[lag];
        const Vector b1 = all(left[lag].a), b2 = all(left[lag].b), total = all(a), small = all(a > 0 ? b / a : 1);
        for (long i = 0; i < n; i += WIDTH) {
            const Vector mean = load(m + i), square = load(v + i);
            store(p + i, load(p + i) - total * over_root(mean, square, small));
            store(m + i, mean * b1), store(v + i, square * b2);
        }
    }

    int step() const { return steps; }

private:
    struct Pair {
        double a, b;
    };
    int steps = 0;
    double scale = 0, epsilon = 0;
    Pair left[LAG + 1];      // b1 and b2 to the power of the steps missed
    Pair moved[LAG + 1];     // b1 / sqrt(b2) and b1 / b2 to that power
    Pair missed[LAG + 1]{};  // A and B by the steps missed, up to this one
};
