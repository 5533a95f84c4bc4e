"""Artificial languages: grammars that sentences are drawn from, and the posteriors of their labels."""
