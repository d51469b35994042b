"""What happened, as figures: whether the model still fits its leads."""
