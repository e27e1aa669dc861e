"""The pack of the European Union: data only."""
