"""Cycle: the day as one readable list."""
