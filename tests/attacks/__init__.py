"""Attempts to get in from outside, one file for each way. What one finds is fixed where it is."""
