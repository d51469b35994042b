"""Speed and peer comparisons: the figures of docs/benchmarks.md, behind `make bench`."""
