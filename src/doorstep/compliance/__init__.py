"""Compliance: the gate, its rules, verdicts and clearances."""
