"""Strategy: segments, treatments, next best action under capacity."""
