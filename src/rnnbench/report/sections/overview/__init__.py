"""The first screen: progress, the best of each task, the claims."""
