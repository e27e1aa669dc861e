"""Visits: who knocks where and when."""
