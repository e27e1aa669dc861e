"""Simulator: synthetic portfolios and borrowers."""
