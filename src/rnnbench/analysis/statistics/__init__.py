"""Statistics: intervals, paired tests, ranks and resampling."""
