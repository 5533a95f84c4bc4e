"""Architectures, the networks that they describe, their sizes and losses, and the interface of an engine."""
