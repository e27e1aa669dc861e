"""Casefile: cases, append-only facts, promises."""
