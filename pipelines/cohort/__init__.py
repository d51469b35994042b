"""From the store to a table that can be learnt from: one row a lead and moment."""
