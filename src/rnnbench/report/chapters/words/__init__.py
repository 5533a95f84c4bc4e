"""Which words?: the encoders side by side, and how each reads a word."""
