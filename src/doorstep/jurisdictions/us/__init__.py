"""The United States: what federal law says about contact with debtors, as dated data."""
