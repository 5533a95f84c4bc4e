"""The engine in C++."""
