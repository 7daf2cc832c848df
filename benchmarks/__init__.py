"""The project beside what one would pick instead, measured in one run: `python -m benchmarks [group…] [--quick]`."""
