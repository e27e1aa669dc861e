"""What a person may see of personal data without a reason to see it all."""

from __future__ import annotations


def phone(number: str) -> str:
    """Country code and the last four digits.

    >>> phone("+8613912345678")
    '+86*******5678'
    """
    return _middle(number, 3, 4)


def email(address: str) -> str:
    """First letter and domain.

    >>> email("li.na@example.org")
    'l****@example.org'
    """
    name, _, host = address.partition("@")
    return f"{name[:1]}****@{host}" if host else _middle(address, 1, 0)


def name(text: str) -> str:
    """The family name of a Chinese or Korean name, the first letter of each part of another.

    >>> name("金美兰"), name("Ann Lee")
    ('金**', 'A** L**')
    """
    if not text:
        return ""
    if all(ord(c) > 0x2E80 for c in text.replace("·", "")):
        return text[0] + "*" * (len(text) - 1)
    return " ".join(f"{part[0]}**" for part in text.split())


def address(text: str) -> str:
    """The first part of an address, as much as town and quarter.

    >>> address("吉林省延边州延吉市河南街道光明街12号3单元501")
    '吉林省延边州延吉市河南街道***'
    """
    for mark in ("街道", "镇", "乡", "区", "市", "县"):
        at = text.find(mark)
        if at >= 0:
            return text[: at + len(mark)] + "***"
    return text[: max(4, len(text) // 3)] + "***"


def _middle(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    end = text[-tail:] if tail else ""
    return text[:head] + "*" * (len(text) - head - tail) + end
