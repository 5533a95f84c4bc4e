"""From configuration files to settings."""
