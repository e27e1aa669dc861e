"""MT940, the customer statement of SWIFT, with and without its envelope."""

from doorstep.importers.mt940.source import Mt940Reader

reader = Mt940Reader()
"""The entry point `doorstep.statements`: mt940."""
