"""Pages for people: templates, and what is put into them."""
