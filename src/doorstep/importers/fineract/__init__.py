"""Loans of Apache Fineract: the JSON of `GET /loans/{id}?associations=all`. It never writes."""

from doorstep.importers.fineract.source import FineractSource

source = FineractSource()

__all__ = ["FineractSource", "source"]
