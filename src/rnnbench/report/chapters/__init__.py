"""The chapters of the report: each argues one thing with a few numbers."""
