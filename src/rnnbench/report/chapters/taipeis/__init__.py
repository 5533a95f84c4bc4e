"""The two Taipeis: who distinguishes them, and sentences to type."""
