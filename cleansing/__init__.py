"""From a stranger's row to a clean lead: mapping, normalising, matching, merging, enrichment."""
