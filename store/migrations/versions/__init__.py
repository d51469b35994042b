"""One module a version, from the first on."""
