"""From settings to steps of work."""
