"""The grid: one table of all combinations, with a choice of task, quantity, split and metric."""
