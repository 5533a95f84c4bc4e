"""The first screen: the answer in three lines, three maps, and accuracy against parameters."""
