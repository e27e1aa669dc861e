"""The pack of Ireland: data only, on top of the pack of the European Union."""
