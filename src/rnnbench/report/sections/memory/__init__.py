"""Memory: how long networks remember, and the state of a memory step by step."""
