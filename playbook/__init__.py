"""What a company edits: the rules in TOML, as they come with the program."""
