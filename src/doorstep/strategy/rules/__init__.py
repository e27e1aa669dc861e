"""Pure rules of strategy."""
