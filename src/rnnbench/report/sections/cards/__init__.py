"""The descriptions of tasks, encoders and networks."""
