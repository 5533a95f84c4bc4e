// WIDTH numbers at once, on whatever processor this is compiled for. Everything above this file is plain arithmetic.
#pragma once
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE inline __attribute__((always_inline))

#if defined(__AVX512F__)
constexpr int WIDTH = 16;
constexpr int TILE_ROWS[5] = {0, 14, 12, 8, 6};  // by the vectors in a row: the tile and its operands fit 32 registers
constexpr char INSTRUCTIONS[] = "avx512";
#elif defined(__AVX2__) && defined(__FMA__)
constexpr int WIDTH = 8;
constexpr int TILE_ROWS[5] = {0, 10, 6, 4, 2};  // 16 registers
constexpr char INSTRUCTIONS[] = "avx2";
#elif defined(__aarch64__)
constexpr int WIDTH = 4;
constexpr int TILE_ROWS[5] = {0, 14, 12, 8, 6};  // 32 registers
constexpr char INSTRUCTIONS[] = "neon";
#else
constexpr int WIDTH = 4;
constexpr int TILE_ROWS[5] = {0, 10, 6, 4, 2};
constexpr char INSTRUCTIONS[] = "plain";
#endif
constexpr int PANEL = 4;  // vectors in the widest tile

typedef float Vector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int32_t Integers __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));

INLINE Vector load(const float* from) { return *reinterpret_cast<const Vector*>(from); }
INLINE void store(float* to, Vector x) { *reinterpret_cast<Vector*>(to) = x; }
INLINE Vector all(float x) { return x - Vector{}; }
INLINE int padded(int n) { return (n + WIDTH - 1) / WIDTH * WIDTH; }

// Not a number in x stays one: a run that diverged must be seen to.
INLINE Vector at_most(Vector x, Vector bound) { return bound < x ? bound : x; }
INLINE Vector at_least(Vector x, Vector bound) { return bound > x ? bound : x; }

INLINE Vector root(Vector x) {
#if defined(__AVX512F__)
    return _mm512_sqrt_ps(x);
#elif defined(__AVX2__)
    return _mm256_sqrt_ps(x);
#else
    for (int i = 0; i < WIDTH; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
}

// p / (sqrt(square) + small). With AVX-512 from 14 bits of the root's and the quotient's reciprocals and a step of Newton for
// each: half the time of a root and a division, and as exact as is needed.
INLINE Vector over_root(Vector p, Vector square, Vector small) {
#if defined(__AVX512F__)
    const Vector safe = at_least(square, all(1e-36f)), guess = _mm512_rsqrt14_ps(safe);
    const Vector below = square * (guess * (all(1.5f) - all(0.5f) * safe * guess * guess)) + small;
    const Vector quotient = _mm512_rcp14_ps(below);
    return p * (quotient * (all(2.0f) - below * quotient));
#else
    return p / (root(square) + small);
#endif
}

INLINE float sum(Vector x) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps(x);
#endif
    float total = 0;
    for (int i = 0; i < WIDTH; i++) total += x[i];
    return total;
}

INLINE float largest(Vector x) {
#if defined(__AVX512F__)
    return _mm512_reduce_max_ps(x);
#endif
    float found = x[0];
    for (int i = 1; i < WIDTH; i++) found = x[i] > found ? x[i] : found;
    return found;
}

// e^x: x = n ln 2 + r with |r| <= ln 2 / 2, e^r by its series up to r^7 (error 5e-9), 2^n by the exponent's bits.
INLINE Vector exponential(Vector x) {
    x = at_least(at_most(x, all(88.0f)), all(-87.0f));
    const Vector shift = all(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
    const Vector n = (x * all(1.44269504f) + shift) - shift;
    const Vector r = (x - n * all(0.693359375f)) - n * all(-2.12194440e-4f);  // ln 2 in two parts
    Vector y = all(1.0f / 5040);
    for (float c : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) y = y * r + all(c);
    const Integers bits = (__builtin_convertvector(n, Integers) + 127) << 23;
    return y * reinterpret_cast<const Vector&>(bits);
}

// tanh by a quotient of polynomials, within a few units in the last place. The coefficients are those of Eigen's
// generic_fast_tanh_float (a minimax fit on |x| < 7.9, where tanh is 1 in single precision).
INLINE Vector hyperbolic_tangent(Vector x) {
    x = at_least(at_most(x, all(7.90531110763549805f)), all(-7.90531110763549805f));
    const Vector square = x * x;
    Vector p = all(-2.76076847742355e-16f), q = all(1.19825839466702e-06f);
    for (float c : {2.00018790482477e-13f, -8.60467152213735e-11f, 5.12229709037114e-08f, 1.48572235717979e-05f,
                    6.37261928875436e-04f, 4.89352455891786e-03f})
        p = p * square + all(c);
    for (float c : {1.18534705686654e-04f, 2.26843463243900e-03f, 4.89352518554385e-03f}) q = q * square + all(c);
#if defined(__AVX512F__)
    // A reciprocal of 14 bits and one step of Newton: three times as fast as a division, and as exact as is needed.
    const Vector guess = _mm512_rcp14_ps(q);
    return x * p * (guess * (all(2.0f) - q * guess));
#else
    return x * p / q;
#endif
}

INLINE Vector logistic(Vector x) { return all(0.5f) + all(0.5f) * hyperbolic_tangent(all(0.5f) * x); }
