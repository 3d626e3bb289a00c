"""Values of JSON as cells: numbers keep their digits, nesting becomes paths, and what JSON leaves open is refused.

Numbers never pass through a float: 0.1 stays 0.1, and 12.50 keeps its zero. A key that comes twice in one object has two
values of which most programs silently take the last; here it is a mistake (RFC 8259, section 4).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NoReturn

MOST_DEPTH = 32
MOST_EXPONENT = 30
"""Powers of ten that are written out; 1e999999 would be a megabyte of zeros."""


class Number(str):
    """A number as it stands in the file."""

    __slots__ = ()


Value = str | Number | bool | None | list["Value"] | dict[str, "Value"]


class UnusableJson(ValueError):
    """What is wrong with a document; without any of its values."""


def parse(content: str | bytes) -> Value:
    """The document.

    Raises:
        UnusableJson: it is no JSON, nests too deeply, or an object has a key twice.
    """
    try:
        value: Value = json.loads(
            content,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise UnusableJson(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError as error:
        raise UnusableJson(f"byte {error.start} is not {error.encoding}") from None
    except RecursionError:
        raise UnusableJson(f"nests deeper than {MOST_DEPTH} levels") from None
    return value


def flat(record: dict[str, Value]) -> dict[str, str]:
    """The record's cells by path ('links.payment'): a list as JSON text, true and false as such, null and nothing as ''.

    Raises:
        UnusableJson: it nests too deeply, or two paths are the same ('a.b' as a key and b within a).
    """
    cells: dict[str, str] = {}
    for path, value in _cells(record, "", 1):
        if path in cells:
            raise UnusableJson("two of its keys make the same path")
        cells[path] = value
    return cells


def _cells(value: Value, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > MOST_DEPTH:
        raise UnusableJson(f"nests deeper than {MOST_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _cells(item, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        yield path, _text_of(value, depth) if value else ""
    else:
        yield path, _scalar(value)


def _scalar(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _plain(value) if isinstance(value, Number) else str(value)


def _plain(number: Number) -> str:
    """The number without exponent, where that is not absurd."""
    if "e" not in number.lower():
        return str(number)
    try:
        exact = Decimal(number)
    except InvalidOperation:
        return str(number)
    return format(exact, "f") if abs(exact.adjusted()) <= MOST_EXPONENT else str(number)


def _text_of(value: Value, depth: int) -> str:
    """A nested value as JSON, its numbers as they stood."""
    if depth > MOST_DEPTH:
        raise UnusableJson(f"nests deeper than {MOST_DEPTH} levels")
    if isinstance(value, dict):
        items = (f"{json.dumps(key, ensure_ascii=False)}: {_text_of(item, depth + 1)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text_of(item, depth + 1) for item in value) + "]"
    if value is None or isinstance(value, Number | bool):
        return "null" if value is None else _scalar(value)
    return json.dumps(value, ensure_ascii=False)


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnusableJson("an object has a key twice")
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise UnusableJson("holds NaN or Infinity, which are not JSON")
