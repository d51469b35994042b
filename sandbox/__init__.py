"""A simulated market with known truth: for the demo, the tests, the benchmarks and the notebooks."""
