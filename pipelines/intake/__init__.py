"""The way in for everything that is handed to us: one record, or a file of any size.

take_in(unit, handed, now=...)      leads, inside the caller's transaction
bring_in(store, path, ...)          a file: mapped, cleaned, in chunks that can be resumed
"""
