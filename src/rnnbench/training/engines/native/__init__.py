"""The engine in C++, for the CPU."""
