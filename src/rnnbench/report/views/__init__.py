"""What the tables say, as numbers to show."""
