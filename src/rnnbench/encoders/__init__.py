"""Encoders: each file here that does not begin with `_` is one way to turn a word into a vector.

`_base.py` specifies what such a file must have.
"""

from rnnbench.encoders._base import Encoder, FeatureIndex, from_settings, identity_feature, vocabulary

__all__ = ["Encoder", "FeatureIndex", "from_settings", "identity_feature", "vocabulary"]
