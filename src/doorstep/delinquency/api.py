"""What others may call."""

from doorstep.book.types import bucket_of
from doorstep.delinquency.services.cases import NotAgedError, refresh
from doorstep.delinquency.types import CaseChanges

__all__ = ["CaseChanges", "NotAgedError", "bucket_of", "refresh"]
