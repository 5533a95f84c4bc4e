"""`rnnbench bench`: measures how fast this machine trains."""
