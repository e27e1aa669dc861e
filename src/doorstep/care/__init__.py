"""Care: complaints, disputes, hardship, vulnerability: the stops."""
