"""From what an importer read to a new snapshot: check, seal, merge. No database in here."""
