"""Uploaded placements between looking at them and taking them; gone after that, or a day later."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

KEPT = timedelta(days=1)
_LONGEST, _ENDING = 200, 10
"""Bytes of a file's name, and characters of its ending."""


def keep(
    user_id: int,
    lender: str,
    files: Iterable[UploadedFile[Any]],
    plan: UploadedFile[Any],
    at: datetime,
) -> UUID:
    """Write an upload where only its user finds it again; returns its id."""
    _forget_old(at)
    key = uuid4()
    folder = _folder(user_id, key)
    (folder / "files").mkdir(parents=True, mode=0o700)
    for file in files:
        _write(folder / "files" / own_name(file), file)
    _write(folder / own_name(plan, ".toml"), plan)
    (folder / "lender").write_text(lender)
    return key


def find(user_id: int, key: UUID) -> tuple[str, list[Path], Path] | None:
    """Lender, files and map of an upload; None where it is gone or somebody else's."""
    folder = _folder(user_id, key)
    if not folder.is_dir():
        return None
    files = sorted((folder / "files").iterdir())
    (plan,) = folder.glob("*.toml")
    return (folder / "lender").read_text(), files, plan


def forget(user_id: int, key: UUID) -> None:
    shutil.rmtree(_folder(user_id, key), ignore_errors=True)


def _root() -> Path:
    return Path(settings.STATE) / "uploads"


def _folder(user_id: int, key: UUID) -> Path:
    return _root() / f"{user_id}-{key}"


def own_name(file: UploadedFile[Any], ending: str = "") -> str:
    """The file's own name without any folder, as long as every file system takes it."""
    name = PurePosixPath((file.name or "file").replace("\\", "/")).name.lstrip(".") or "file"
    if ending and not name.endswith(ending):
        name += ending
    stem, dot, last = name.rpartition(".")
    if not dot or len(last) > _ENDING:
        stem, dot, last = name, "", ""
    room = _LONGEST - len(f"{dot}{last}".encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + last


def _write(path: Path, file: UploadedFile[Any]) -> None:
    with path.open("wb") as f:
        for chunk in file.chunks():
            f.write(chunk)


def _forget_old(at: datetime) -> None:
    for folder in _root().glob("*-*"):
        if folder.stat().st_mtime < (at - KEPT).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
