"""Locks that use cases take so that two of them do not decide about the same leads at once."""

INTAKE_LOCK = 7_205_221_105
"""Whoever adds, merges, parts or erases leads holds it to the end of the transaction."""
