"""Trains a combination: the one loop, the optimizer, the engines."""
