"""A simulated market with known truth, for the demo, tests, benchmarks and notebooks."""
