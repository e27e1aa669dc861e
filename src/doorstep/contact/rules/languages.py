"""Which of our texts speaks a borrower's language."""

from __future__ import annotations

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ko")
"""The languages every message and script exists in."""

_COUNTRY = {"CN": "zh-Hans", "SG": "en", "TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant"} | {
    "KR": "ko",
    "KP": "ko",
}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}


def text_language(language: str, country: str) -> str | None:
    """The language of ours for a borrower's BCP 47 `language`, or None: we do not have it.

    A borrower whose language nobody told us is written to in the language of their `country`
    (ISO 3166), a borrower whose language we do have never in another one.

    >>> text_language("zh-TW", "CN"), text_language("zh", "CN"), text_language("ko-CN", "CN")
    ('zh-Hant', 'zh-Hans', 'ko')
    >>> text_language("", "CN"), text_language("", "KR"), text_language("", "PE")
    ('zh-Hans', 'ko', 'en')
    >>> text_language("mn", "CN") is None
    True
    """
    parts = language.replace("_", "-").lower().split("-")
    if not parts[0]:
        return _COUNTRY.get(country.upper(), "en")
    if parts[0] == "zh":
        return "zh-Hant" if _TRADITIONAL & set(parts[1:]) else "zh-Hans"
    return parts[0] if parts[0] in LANGUAGES else None
