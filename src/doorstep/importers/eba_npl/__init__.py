"""Portfolios in the EBA's templates for sales of non-performing loans, Commission Implementing
Regulation (EU) 2023/2083. It never writes."""

from doorstep.importers.eba_npl.source import EbaNplSource

source = EbaNplSource()

__all__ = ["EbaNplSource", "source"]
