"""Insight: the board and the reports."""
