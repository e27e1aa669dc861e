"""Contact: message plans, calls, outbox, delivery receipts."""
