"""The tables as they were at each version; run by store.migrate."""
