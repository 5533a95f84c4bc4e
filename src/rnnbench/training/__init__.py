"""Training: the loop, one combination, the optimizer, and the engines that compute the steps."""
