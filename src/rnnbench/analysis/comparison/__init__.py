"""Two networks, or two experiments, compared."""
