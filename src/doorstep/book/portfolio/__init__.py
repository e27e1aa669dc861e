"""How the whole book moves from month to month, from the aged files."""
