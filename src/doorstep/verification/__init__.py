"""Verification: is this the right person, number, door?."""
