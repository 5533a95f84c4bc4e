"""What is kept: the store of finished runs, tables, plans, timings."""
