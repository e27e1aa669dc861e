"""Money in: bank statements, matching, the queue of what is not certain, the signed webhook."""
