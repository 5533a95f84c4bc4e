// Memory, and the order in which the positions of a batch lie: step after step, at each step the longest sequence first.
// So the sequences that still run are a prefix of every step, and what is behind an end is neither kept nor computed.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <utility>
#include <vector>
#include "vector.h"

// Numbers that begin where a cache line does. `need` keeps what is there; new room is zero.
class Numbers {
public:
    float* need(long size) {
        if (size > room) {
            const long bytes = size * 4 + 64;
            void* fresh = nullptr;
            if (posix_memalign(&fresh, 64, bytes)) throw std::bad_alloc();
            std::memset(fresh, 0, bytes);
            if (room) std::memcpy(fresh, at.get(), room * 4);
            at.reset(static_cast<float*>(fresh));
            room = size;
        }
        return at.get();
    }
    float* get() const { return at.get(); }

private:
    struct Free {
        void operator()(float* memory) const { std::free(memory); }
    };
    std::unique_ptr<float, Free> at;
    long room = 0;
};

// A split as Python hands it over: N sequences laid end to end, S positions in all.
struct Split {
    const int32_t *starts, *lengths;          // (N) each
    const int32_t* words;                     // (S) numbers of words; null where the input is numbers
    const float* numbers;                     // (S, D); null where the input is words
    const int32_t* labels;                    // (S), below 0 where no answer is wanted; null where the answer is numbers
    const float* values;                      // (S, K), NaN where no answer is wanted; null where the answer is labels
    const int32_t *code_starts, *dimensions;  // (V + 1), and the dimensions in which the words have a 1, end to end
    int32_t vocabulary;                       // V
};

// The rows of one batch: every position that its sequences have.
struct Steps {
    std::vector<int32_t> sequences;  // (B) numbers in the batch, the longest first
    std::vector<int32_t> counts;     // (T + 1) sequences that have a step t; 0 behind the last
    std::vector<int32_t> offsets;    // (T + 1) the row at which step t begins
    std::vector<int32_t> positions;  // (rows) the position in the split
    std::vector<int32_t> mirror;     // (rows) the row that a backward reader reads there

    int length() const { return (int)counts.size() - 1; }
    int rows() const { return (int)positions.size(); }
    int widest() const { return counts[0]; }

    void lay(const Split& split, const int32_t* chosen, int batch) {
        sequences.resize(batch);
        std::iota(sequences.begin(), sequences.end(), 0);
        const auto length_of = [&](int i) { return split.lengths[chosen[i]]; };
        std::stable_sort(sequences.begin(), sequences.end(), [&](int i, int j) { return length_of(i) > length_of(j); });
        const int steps = batch ? length_of(sequences[0]) : 0;
        counts.assign(steps + 1, 0), offsets.assign(steps + 1, 0);
        for (int t = 0, active = batch; t < steps; t++) {
            while (length_of(sequences[active - 1]) <= t) active--;
            counts[t] = active, offsets[t + 1] = offsets[t] + active;
        }
        positions.resize(offsets[steps]), mirror.resize(offsets[steps]);
        for (int t = 0; t < steps; t++)
            for (int b = 0; b < counts[t]; b++) {
                const int sequence = chosen[sequences[b]], row = offsets[t] + b;
                positions[row] = split.starts[sequence] + t;
                mirror[row] = offsets[split.lengths[sequence] - 1 - t] + b;
            }
    }
};
