"""A simulated market with known truth, for demo, tests, benchmarks and notebooks."""
