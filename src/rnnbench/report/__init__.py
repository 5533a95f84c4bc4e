"""From tables to one HTML page."""
