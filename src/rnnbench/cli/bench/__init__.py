"""`rnnbench bench`: how fast this machine trains."""
