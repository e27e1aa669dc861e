"""Shared words: money, calendar, ids, actions, the clock. No Django here."""
