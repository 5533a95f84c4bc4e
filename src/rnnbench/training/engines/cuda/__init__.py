"""The engine for NVIDIA GPUs: steps recorded as CUDA graphs, layers as Triton kernels."""
