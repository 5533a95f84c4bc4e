"""How far an experiment is."""
