"""What the till costs, beside a peer and the physical limit in the same run: `python -m tests.benchmarks.NAME`."""
