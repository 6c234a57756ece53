"""What measures: clocks beside what they are compared with. Never a test."""
