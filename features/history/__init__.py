"""What a lead did, as of a moment: dated acts in, columns of a table out."""
