"""House rules: our own, tighter than any law; they can only take away."""
