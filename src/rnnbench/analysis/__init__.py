"""From finished runs to tables, comparisons, and the evidence on claims."""
