"""From an architecture to a network, its size and its loss."""
