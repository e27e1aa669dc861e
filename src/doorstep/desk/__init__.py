"""Desk: the supervisor's and desk agent's pages."""
