"""Reports for people, as self-contained HTML."""
