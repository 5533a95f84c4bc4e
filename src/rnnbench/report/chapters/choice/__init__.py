"""Which for me?: a table of decisions."""
