"""Massachusetts, on top of the federal rules."""
