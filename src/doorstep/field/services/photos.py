"""Photos of a visit: cleaned, sealed, under a random name, shown only through a checked page."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from doorstep.field.models import Photo
from doorstep.field.rules.photo import PhotoError, clean
from doorstep.field.services.begin import record_of
from doorstep.field.types import PhotoView
from doorstep.kernel import sealed
from doorstep.kernel.ids import named_id
from doorstep.people.api import scope_of
from doorstep.people.types import Viewer
from doorstep.visits import api as visits

MOST_OF_ONE = 6


def add_photo(viewer: Viewer, visit_id: UUID, data: bytes, *, at: datetime) -> UUID:
    """Keep a photo of a visit; the same picture twice is one. Returns its id.

    Raises UnknownVisitError, or PhotoError with its code: what the picture rules say, or too_many.
    """
    visit = visits.find_visit(viewer, visit_id)
    if visit is None:
        raise visits.UnknownVisitError(str(visit_id))
    picture, media_type = clean(data)
    sha = hashlib.sha256(picture).hexdigest()
    with transaction.atomic():
        record = record_of(visit)
        same = Photo.objects.filter(visit_id=visit_id, sha256=sha).first()
        if same is not None:
            return same.pk
        if Photo.objects.filter(visit_id=visit_id).count() >= MOST_OF_ONE:
            raise PhotoError("too_many")
        name = f"visits/{at:%Y/%m}/{secrets.token_hex(16)}"
        name = default_storage.save(name, ContentFile(_seal(picture)))
        return Photo.objects.create(
            id=named_id("photo", visit_id, sha),
            visit_id=visit_id,
            case_id=visit.case_id,
            file=name,
            media_type=media_type,
            sha256=sha,
            taken_at=at,
            by=viewer.name,
            **scope_of(record),
        ).pk


def photo_of(viewer: Viewer, visit_id: UUID, photo_id: UUID) -> tuple[bytes, str] | None:
    """The picture and its media type, or None where it is not the viewer's to see."""
    if visits.find_visit(viewer, visit_id) is None:
        return None
    row = Photo.objects.seen_by(viewer).filter(pk=photo_id, visit_id=visit_id).first()
    if row is None:
        return None
    with default_storage.open(row.file) as file:
        return base64.b64decode(sealed.open_(file.read())), row.media_type


def photos(visit_id: UUID) -> list[PhotoView]:
    rows = Photo.objects.filter(visit_id=visit_id).order_by("taken_at", "pk")
    return [PhotoView(p.pk, p.visit_id, p.taken_at, p.by) for p in rows]


def _seal(picture: bytes) -> bytes:
    return sealed.seal(base64.b64encode(picture).decode())
