// What Python calls, through ctypes. Functions return 0, or 1 where there was not enough memory.
#pragma once
#include <utility>
#include "peak.h"
#include "run.h"

#ifndef SOURCE
#define SOURCE ""
#endif

namespace {

// While it lives, numbers too small for full precision count as 0 on this thread, as they do on other hardware: gradients
// that fade over many steps would otherwise take many times as long. What was set before comes back.
class NoDenormals {
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();

public:
    NoDenormals() { _mm_setcsr(before | 0x8040); }
    ~NoDenormals() { _mm_setcsr(before); }
#elif defined(__aarch64__)
    uint64_t before;

public:
    NoDenormals() {
        asm volatile("mrs %0, fpcr" : "=r"(before));
        asm volatile("msr fpcr, %0" ::"r"(before | (1 << 24)));
    }
    ~NoDenormals() { asm volatile("msr fpcr, %0" ::"r"(before)); }
#endif
};

template <class Work>
int32_t guarded(Work&& work) {
    const NoDenormals guard;
    try {
        work();
        return 0;
    } catch (const std::bad_alloc&) {
        return 1;
    }
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

const char* rnnbench_source() { return SOURCE; }
const char* rnnbench_compiler() { return __VERSION__; }
const char* rnnbench_instructions() { return INSTRUCTIONS; }

// Whether this processor has the instructions of a variant of this library.
int32_t rnnbench_runs(const char* instructions) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!std::strcmp(instructions, "avx2")) return avx2;
    if (!std::strcmp(instructions, "avx512"))
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
#endif
    return !std::strcmp(instructions, INSTRUCTIONS);
}

// The number of the cell with this file name; -1: there is none.
int32_t rnnbench_cell(const char* name) {
    for (int i = 0; i < (int)(sizeof KINDS / sizeof *KINDS); i++)
        if (!std::strcmp(KINDS[i].name, name)) return i;
    return -1;
}

Run* rnnbench_new(const Plan* plan) {
    try {
        return new Run(*plan);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void rnnbench_free(Run* run) { delete run; }

void rnnbench_load(Run* run, const float* weights) { run->load_weights(weights); }
void rnnbench_save(Run* run, float* weights) { run->save_weights(weights); }

int32_t rnnbench_learn(Run* run, const Split* split, const int32_t* order, const int32_t* sizes, int32_t batches,
                       double rate, float largest) {
    return guarded([&] { run->learn(*split, order, sizes, batches, rate, largest); });
}

int32_t rnnbench_answer(Run* run, const Split* split, const int32_t* chosen, int32_t n, int32_t longest, float* out) {
    return guarded([&] { run->answer(*split, chosen, n, longest, out); });
}

int32_t rnnbench_states(Run* run, const Split* split, const int32_t* chosen, int32_t n, float* out) {
    return guarded([&] { run->states(*split, chosen, n, out); });
}

int32_t rnnbench_gradient(Run* run, const Split* split, const int32_t* chosen, int32_t n, float* out, double* loss) {
    return guarded([&] { *loss = run->gradient(*split, chosen, n, out); });
}

double rnnbench_peak(int32_t rounds) { return peak(rounds); }

}  // extern "C"
#pragma GCC visibility pop
