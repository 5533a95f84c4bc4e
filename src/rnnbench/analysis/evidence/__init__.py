"""The evidence on each claim from the runs of an experiment."""
