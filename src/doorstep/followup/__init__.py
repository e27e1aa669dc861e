"""Followup: promises due, kept, broken; the next step."""
