"""Placement files: CSV, TSV, XLSX and Parquet by a lender's map. It reads and never writes."""

from doorstep.importers.placement.source import PlacementSource

source = PlacementSource()

__all__ = ["PlacementSource", "source"]
