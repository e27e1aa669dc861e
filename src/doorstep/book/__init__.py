"""Book: loans, schedules, the ledger, receipts."""
