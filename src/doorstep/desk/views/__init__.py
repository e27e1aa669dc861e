"""The desk's pages. Each view reads, asks one service and hands plain data to a template."""
