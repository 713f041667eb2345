"""Long runs of the real program: `python -m tests.soak …`; each prints its figures."""
