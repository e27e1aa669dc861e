"""What `doorstep warm` compiles for the book."""

from __future__ import annotations

from doorstep.book.rules.compiled import warm

__all__ = ["warm"]
