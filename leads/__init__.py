"""The shared vocabulary: records and words every other package speaks. Standard library only."""
