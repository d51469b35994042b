"""An existing score beside what became of its leads: what it is worth, and what would be better."""
