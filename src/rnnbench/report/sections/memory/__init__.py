"""How long networks remember, and what a memory holds."""
