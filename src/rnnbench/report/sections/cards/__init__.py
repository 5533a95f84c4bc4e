"""What tasks, encoders and networks are."""
