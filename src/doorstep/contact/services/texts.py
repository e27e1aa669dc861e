"""Texts as files: messages/<name>.toml says what a text is, messages/<name>.<language>.txt is it.

Jinja in its sandbox, and of Jinja only values and conditions: without filters, loops, calls,
macros and arithmetic the time to write a text is bounded by its length, and that is bounded here.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from doorstep.contact.rules.languages import LANGUAGES
from doorstep.contact.rules.readers import TextInfo
from doorstep.kernel.actions import Purpose

FOLDER = Path(__file__).resolve().parent.parent / "messages"
SCRIPTS = FOLDER.parent / "scripts"
MAX_SOURCE = 6_000
MAX_VALUE = 200
MAX_SUBJECT = 150
MAX_TEXT = 8_000

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.If,
    nodes.Const,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)
_ENV = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)


class TextError(ValueError):
    """A text cannot be used as written: names the file, what is wrong and what to do."""


def info(name: str) -> TextInfo | None:
    """What a text says of itself, or None for a name nobody wrote."""
    return _infos().get(name)


def names() -> list[str]:
    return sorted(_infos())


def render(name: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of a text. A value that is absent is empty; a needed one raises TextError.

    Values are cut to 200 characters and cleaned of line breaks and control characters, so that a
    name can never add a header or a paragraph.
    """
    about = _infos().get(name)
    if about is None:
        raise TextError(f"{name}: there is no such text; the texts are {', '.join(names())}")
    clean = {key: clean_value(value) for key, value in values.items()}
    missing = sorted(need for need in about.needs if not clean.get(need))
    if missing:
        raise TextError(f"{name}: {', '.join(missing)} unknown; this text needs it")
    text = write(_source(name, language), clean, where=f"{name}.{language}")
    subject, _, body = text.partition("\n\n")
    return subject.removeprefix("Subject: ").strip()[:MAX_SUBJECT], body.strip() + "\n"


def write(source: str, values: Mapping[str, str], *, where: str) -> str:
    """Fill one checked source; raises TextError when it asks for more than a text may."""
    try:
        text = compiled(source, where).render(**_Blank(values))
    except TemplateError as error:
        raise TextError(f"{where}: {error}; correct the text") from error
    if len(text) > MAX_TEXT:
        raise TextError(f"{where}: longer than {MAX_TEXT} characters; shorten the text")
    return text


def clean_value(value: str) -> str:
    """One line of at most 200 printable characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:MAX_VALUE]


def script(language: str) -> Mapping[str, Mapping[str, str]]:
    """The call script of a language by section and line."""
    with (SCRIPTS / f"call.{language}.toml").open("rb") as source:
        return tomllib.load(source)


KNOWN = frozenset(
    {
        *("name", "writer", "lender", "agency", "phone", "reference", "agent", "today"),
        *("amount", "due_on", "promise_amount", "promise_date", "paid_amount", "paid_on"),
    }
)
"""Every value a text may use; anything else in a source is a mistake and refused."""


class _Blank(dict[str, str]):
    """Values with the empty text for every known name."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(dict.fromkeys(KNOWN, "") | dict(values))


@functools.cache
def compiled(source: str, where: str) -> Template:
    if len(source) > MAX_SOURCE:
        raise TextError(f"{where}: longer than {MAX_SOURCE} characters; shorten the text")
    try:
        tree = _ENV.parse(source)
    except TemplateError as error:
        raise TextError(f"{where}: {error}; correct the text") from error
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise TextError(f"{where}: {type(node).__name__} is not allowed in a text")
        if isinstance(node, nodes.Name) and node.name not in KNOWN:
            raise TextError(f"{where}: {node.name} is not a value; see contact/README.md")
    return _ENV.from_string(source)


@functools.cache
def _infos() -> dict[str, TextInfo]:
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        with path.open("rb") as source:
            raw = tomllib.load(source)
        found[path.stem] = TextInfo(
            name=path.stem,
            mentions_debt=bool(raw["mentions_debt"]),
            purposes=frozenset(Purpose(p) for p in raw["purposes"]),
            needs=frozenset(raw.get("needs", ())),
        )
    return found


@functools.cache
def _source(name: str, language: str) -> str:
    if language not in LANGUAGES:
        raise TextError(f"{name}: not written in {language}")
    text = (FOLDER / f"{name}.{language}.txt").read_text(encoding="utf-8")
    for sign in ("sign", "sign_neutral"):
        mark = f'{{% include "{sign}" %}}'
        if mark in text:
            part = (FOLDER / f"{sign}.{language}.txt").read_text(encoding="utf-8")
            text = text.replace(mark, part.strip())
    return text
