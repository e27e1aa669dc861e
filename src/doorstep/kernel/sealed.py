"""Personal data at rest: sealed with AES-SIV (RFC 5297) and found again by a keyed blind index.

AES-SIV is deterministic: the same text under the same key gives the same bytes, so a lender's
corrected row can be told from an unchanged one without opening either.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_KEYS: list[str] = []


class SealError(ValueError):
    """The blob was sealed under a key that is not configured, or it was changed."""


def use_keys(secrets: str) -> None:
    """Set the comma-separated secrets: the first seals, all of them open. Called once by site."""
    _KEYS[:] = [s for s in secrets.split(",") if s]
    _cipher.cache_clear()
    _blind_key.cache_clear()


def seal(text: str) -> bytes:
    """Encrypt text under the first key; the empty text stays empty."""
    return _cipher(0).encrypt(text.encode(), [b"doorstep"]) if text else b""


def open_(blob: bytes | memoryview) -> str:
    """Decrypt what `seal` made, under any configured key; raises SealError otherwise."""
    raw = bytes(blob)
    if not raw:
        return ""
    for number in range(len(_KEYS)):
        try:
            return _cipher(number).decrypt(raw, [b"doorstep"]).decode()
        except InvalidTag:
            continue
    raise SealError("sealed under a key that is not configured; add it to DOORSTEP_DATA_KEY")


def blind(kind: str, text: str) -> str:
    """A keyed index of a normalised value (E.164, upper-case id): 32 hexadecimal digits.

    Equal values give equal indexes; without the key nothing can be guessed or tried.
    The last configured key makes it, so adding a new first key does not change any index.
    """
    if not text:
        return ""
    return hmac.new(_blind_key(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()[:32]


@functools.cache
def _cipher(number: int) -> AESSIV:
    if not _KEYS:
        use_keys(os.environ.get("DOORSTEP_DATA_KEY", ""))
    if not _KEYS:
        raise SealError("no key; set DOORSTEP_DATA_KEY")
    return AESSIV(hashlib.sha512(b"seal:" + _KEYS[number].encode()).digest())


@functools.cache
def _blind_key() -> bytes:
    if not _KEYS:
        raise SealError("no key; set DOORSTEP_DATA_KEY")
    return hashlib.sha256(b"blind:" + _KEYS[-1].encode()).digest()
