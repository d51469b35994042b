"""Memory: the only place where a query is written."""
