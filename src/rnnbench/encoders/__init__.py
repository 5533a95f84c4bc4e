"""Encoders: each file here that does not begin with `_` is one way to turn a word into a vector."""

from rnnbench.encoders._base import Codebook, Encoder, distinct, from_settings, itself

__all__ = ["Codebook", "Encoder", "distinct", "from_settings", "itself"]
