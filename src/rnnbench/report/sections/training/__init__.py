"""Overfitting, learning curves, parameters."""
