"""Model health: what moved since training, since when, and whether that is more than chance."""
