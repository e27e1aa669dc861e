"""A safe, streaming view of an XML file: small trees of the elements asked for, with line numbers.

defusedxml stands between us and expat: a document type, an entity or anything outside the file is
an error with its line, so there is nothing to expand and nothing to fetch.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from doorstep.book.ports import BadInputError

_DEEPEST = 64
_LONGEST = 20_000
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding=["']([A-Za-z0-9._-]+)["'][^>]*\?>""")


@dataclass(slots=True)
class Node:
    """An element without its namespace; `row` is its line in the file."""

    tag: str
    row: int
    attributes: Mapping[str, str]
    text: str = ""
    kids: list[Node] = field(default_factory=list)

    def all(self, path: str) -> list[Node]:
        """The elements at a path of names like `Acct/Id/IBAN`."""
        found = [self]
        for name in path.split("/"):
            found = [k for n in found for k in n.kids if k.tag == name]
        return found

    def one(self, path: str) -> Node | None:
        return next(iter(self.all(path)), None)

    def words(self, *paths: str) -> str:
        """The text of the first of these paths that has one."""
        for path in paths:
            for node in self.all(path):
                if node.text:
                    return node.text
        return ""


class _Handler(ContentHandler):
    def __init__(self, whole: set[str], take: Callable[[Node], None], root: Callable[[str], None]):
        super().__init__()
        self._whole, self._take, self._root = whole, take, root
        self._stack: list[Node] = []
        self._depth = 0
        self._parts: list[str] = []
        self._length = 0
        self._place: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self._place = locator

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        uri, tag = name
        self._depth += 1
        if self._depth == 1:
            self._root(uri or "")
        if self._depth > _DEEPEST:
            raise _TooMuchError(f"elements are nested deeper than {_DEEPEST}")
        if not self._stack and tag not in self._whole:
            return
        line = self._place.getLineNumber() if self._place else 0
        values = {key[1]: str(value) for key, value in attrs.items()}
        self._stack.append(Node(tag, line or 0, values))
        self._parts, self._length = [], 0

    def characters(self, content: str) -> None:
        if not self._stack:
            return
        self._length += len(content)
        if self._length > _LONGEST:
            raise _TooMuchError(f"<{self._stack[-1].tag}> holds more than {_LONGEST} characters")
        self._parts.append(content)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        self._depth -= 1
        if not self._stack:
            return
        node = self._stack.pop()
        if not node.kids:
            node.text = " ".join("".join(self._parts).split())
        self._parts, self._length = [], 0
        if self._stack and node.tag not in self._whole:
            self._stack[-1].kids.append(node)
        elif not self._stack or node.tag in self._whole:
            self._take(node)


class _TooMuchError(ValueError):
    pass


def _readable(file: str, content: bytes) -> bytes:
    """expat knows no encoding of several bytes but UTF; Chinese banks write GBK and say so."""
    said = _DECLARED.match(content)
    if said is None or not said.group(1).lower().startswith((b"gb", b"big5")):
        return content
    encoding = "big5" if said.group(1).lower().startswith(b"big5") else "gb18030"
    try:
        return content[said.end() :].decode(encoding).encode()
    except UnicodeDecodeError as error:
        row = content[: said.end() + error.start].count(b"\n") + 1
        raise BadInputError(file, f"is not {encoding}, as it says", row=row) from error


def walk(
    file: str,
    content: bytes,
    whole: set[str],
    take: Callable[[Node], None],
    root: Callable[[str], None],
) -> None:
    """Call `take` with each element whose name is in `whole`, as it ends; `root` gets the
    namespace first. Elements of `whole` do not stay within one another, so memory stays small.

    Raises BadInputError with the line for broken XML, document types, entities, and for nesting
    or texts that no statement has.
    """
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(_Handler(whole, take, root))
    source = InputSource(file)
    source.setByteStream(io.BytesIO(_readable(file, content)))
    try:
        parser.parse(source)
    except SAXParseException as error:
        line = error.getLineNumber() or 0
        what = "the file ends too early" if "no element" in str(error.getMessage()) else "is no XML"
        raise BadInputError(
            file, f"{what} ({error.getMessage()}); get the file again", row=line
        ) from error
    except DefusedXmlException as error:
        raise BadInputError(
            file,
            "has a document type or entities, which a statement never needs; refused as unsafe",
            row=parser.getLineNumber() or 1,
        ) from error
    except _TooMuchError as error:
        row = parser.getLineNumber() or 1
        raise BadInputError(file, f"{error}; no statement has that", row=row) from error
    except (LookupError, UnicodeError) as error:
        raise BadInputError(file, f"unknown encoding ({error}); save as UTF-8", row=1) from error
