"""Labelled sequences: in memory, on disk, and as tensors."""
