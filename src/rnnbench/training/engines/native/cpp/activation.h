// Activation functions by number, as `rnnbench.activation` has them by name; their slopes are told by their values.
#pragma once
#include "vector.h"

enum class Activation : int32_t { tanh, sigmoid, relu, identity };

INLINE Vector value(Activation which, Vector x) {
    switch (which) {
        case Activation::tanh: return hyperbolic_tangent(x);
        case Activation::sigmoid: return logistic(x);
        case Activation::relu: return at_least(x, all(0.0f));
        default: return x;
    }
}

INLINE Vector slope(Activation which, Vector y) {
    switch (which) {
        case Activation::tanh: return all(1.0f) - y * y;
        case Activation::sigmoid: return y * (all(1.0f) - y);
        case Activation::relu: return y > all(0.0f) ? all(1.0f) : all(0.0f);
        default: return all(1.0f);
    }
}
