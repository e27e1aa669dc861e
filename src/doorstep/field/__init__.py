"""Field: the agent's day on the phone."""
