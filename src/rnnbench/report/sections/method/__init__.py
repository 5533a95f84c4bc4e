"""How the numbers were produced, and how to reproduce them."""
