// The most that a core of this processor computes: multiply-adds without any memory.
#pragma once
#include <chrono>
#include "vector.h"

// Return operations a second, a multiply-add counted as two, measured for about `seconds`.
inline double peak(double seconds) {
    constexpr int CHAINS = 12;  // independent of each other: enough to fill the units for as long as one takes
    Vector sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) sums[i] = all(1.0f + i);
    const Vector factor = all(0.999f), term = all(0.001f);
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    double done = 0, passed = 0;
    while (passed < seconds) {
        for (int i = 0; i < 100000; i++)
#pragma GCC unroll 12
            for (int chain = 0; chain < CHAINS; chain++) sums[chain] = sums[chain] * factor + term;
        done += 100000.0 * CHAINS * WIDTH * 2;
        passed = std::chrono::duration<double>(Clock::now() - begin).count();
    }
    volatile float kept = 0;
    for (int i = 0; i < CHAINS; i++) kept = kept + sums[i][0];
    return done / passed;
}
