"""Pure rules of verification."""
