"""Overfitting, parameters and learning curves."""
