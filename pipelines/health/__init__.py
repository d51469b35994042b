"""Model health: the store or a file in, what moved and what to do about it out."""
