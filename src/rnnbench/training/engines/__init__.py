"""What computes the steps: PyTorch, native code, recorded steps on a GPU."""
