// The most that a core of this processor computes: multiply-adds without any memory.
#pragma once
#include "vector.h"

// Do `rounds` rounds of multiply-adds; return how many operations that were, a multiply-add counted as two.
inline double peak(int rounds) {
    constexpr int CHAINS = 12;  // independent of each other: enough to fill the units for as long as one takes
    Vector sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) sums[i] = all(1.0f + i);
    const Vector factor = all(0.999f), term = all(0.001f);
    for (int i = 0; i < rounds; i++)
#pragma GCC unroll 12
        for (int chain = 0; chain < CHAINS; chain++) sums[chain] = sums[chain] * factor + term;
    volatile float kept = 0;
    for (int i = 0; i < CHAINS; i++) kept = kept + sums[i][0];
    return 2.0 * CHAINS * WIDTH * rounds;
}
