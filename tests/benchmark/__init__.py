"""Measures the engine beside what else could be used, on the same questions in one run."""
