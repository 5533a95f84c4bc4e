"""Scores: of every combination, how certain they are, by split and phenomenon, and against their ceilings."""
