"""Names, meanings, and texts in two languages."""
