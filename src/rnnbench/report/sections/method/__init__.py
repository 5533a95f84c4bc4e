"""How the numbers were made, and how to make them again."""
