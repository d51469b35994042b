"""Speed and comparisons with peers: the figures of docs/benchmarks.md and how they are made."""
