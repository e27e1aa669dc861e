"""Choosing and routing doors. Pure: no Django, no clock, no randomness without a seed."""
