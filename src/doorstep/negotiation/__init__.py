"""Negotiation: affordability, offers, arrangements."""
