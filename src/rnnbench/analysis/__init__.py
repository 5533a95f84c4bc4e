"""From finished runs to tables, claims and their evidence."""
