"""The pack of the United Kingdom: data only."""
