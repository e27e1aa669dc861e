"""The invented world: who borrows, what they do, by seed and name alone."""
