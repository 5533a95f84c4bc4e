"""The forest plot of the claims."""
