"""Overfitting: gaps against training sentences, and where validation turns."""
