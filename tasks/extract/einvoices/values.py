"""Values out of XML elements: texts, dates and amounts as the standards write them, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

AMOUNT = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,12})?|\.[0-9]{1,12})")
DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
TRUE = "true"
LIST_SEPARATOR = "\x1f"
"""Between the parts of a list of identifiers: XML cannot hold it, and identifiers hold blanks and commas."""


@dataclass(frozen=True)
class Node:
    """An element, or none; paths are lxml's ('cac:Party/cbc:ID') with the standard's prefixes."""

    element: etree._Element | None
    prefixes: Mapping[str, str]

    def text(self, path: str = ".") -> str:
        """The element's text with single blanks; blank where it is absent or holds other elements."""
        found = self._find(path)
        return "" if found is None or len(found) else " ".join((found.text or "").split())

    def first(self, *paths: str) -> str:
        """The first of the paths' texts that is not blank."""
        return next((text for path in paths if (text := self.text(path))), "")

    def at(self, path: str) -> Node:
        """The first element at `path`."""
        return Node(self._find(path), self.prefixes)

    def all(self, path: str) -> Iterator[Node]:
        """Every element at `path`."""
        if self.element is not None:
            for found in self.element.iterfind(path, self.prefixes):
                yield Node(found, self.prefixes)

    def texts(self, path: str) -> list[str]:
        """The texts at `path` that are not blank, each once."""
        return list(dict.fromkeys(text for node in self.all(path) if (text := node.text())))

    def attribute(self, name: str) -> str:
        """An attribute's text, as `text`."""
        return "" if self.element is None else " ".join((self.element.get(name) or "").split())

    @property
    def is_there(self) -> bool:
        return self.element is not None

    def _find(self, path: str) -> etree._Element | None:
        if self.element is None or path == ".":
            return self.element
        return self.element.find(path, self.prefixes)


def number(text: str) -> Decimal | None:
    """An xs:decimal; None for anything else ('1.234,56', '1e3')."""
    return Decimal(text) if AMOUNT.fullmatch(text) else None


def amount(text: str, *, negative: bool = False) -> str:
    """The amount with its sign turned when `negative`; what is no number stays as it is."""
    value = number(text)
    return text if value is None else plain(-value if negative else value)


def plain(value: Decimal) -> str:
    """Digits without exponent; zero has no sign."""
    return format(value if value else abs(value), "f")


def total(texts: Iterable[str]) -> Decimal | None:
    """The sum; None when one of them cannot be read."""
    values = [number(text) for text in texts]
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None


def date(text: str) -> str:
    """The day of an xs:date or xs:dateTime; the zone does not move it. Anything else stays as it is."""
    found = DATE.fullmatch(text)
    return found[1] if found else text


def compact_date(text: str) -> str:
    """`20260401` as `2026-04-01`; anything else stays as it is."""
    found = COMPACT_DATE.fullmatch(text)
    return "-".join(found.groups()) if found else text


def flag(*, is_set: bool) -> str:
    """`true`, or blank."""
    return TRUE if is_set else ""


def plain_id(text: str) -> str:
    """An identifier for comparing: letters and digits only, in capitals."""
    return "".join(character for character in text.upper() if character.isalnum())


def listed(identifiers: Iterable[str]) -> str:
    """Identifiers as one text, so that they can be told apart again."""
    return joined(LIST_SEPARATOR, *identifiers)


def joined(separator: str, *parts: str) -> str:
    """The parts that are not blank."""
    return separator.join(part for part in parts if part)
