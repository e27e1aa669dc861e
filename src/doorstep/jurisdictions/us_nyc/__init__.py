"""New York City, on top of the federal rules."""
