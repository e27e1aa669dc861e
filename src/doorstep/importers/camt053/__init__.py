"""camt.053, the account statement of ISO 20022, versions 02 to 08 (and what keeps their shape)."""

from doorstep.importers.camt053.source import Camt053Reader

reader = Camt053Reader()
"""The entry point `doorstep.statements`: camt053."""
