"""Measures the engine beside what else could be used, on the same base in one run."""
