"""The verbs: use cases, settings, the command line; the only clock."""
