"""The first screen: progress, the best network of each task, claims, failures."""
