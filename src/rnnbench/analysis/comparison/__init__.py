"""Compares two sides of one experiment, or the scores of two experiments."""
