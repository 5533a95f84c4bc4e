"""Sentences and the answers of the networks to them."""
