"""What the runs of an experiment say of each claim."""
