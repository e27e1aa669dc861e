"""Doorstep: collect overdue online small loans, lawfully and kindly, above all at the door."""
