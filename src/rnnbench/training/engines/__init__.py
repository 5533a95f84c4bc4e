"""The engines that compute training and inference: PyTorch, native code, recorded steps on a GPU."""
