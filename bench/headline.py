"""What counts as a headline in all benchmarks, and what one may cost."""

WORDS = 25
MICROSECONDS = 60.0
"""From text to probabilities, on one thread."""
