"""From settings to steps."""
