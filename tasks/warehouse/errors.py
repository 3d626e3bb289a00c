"""What a database's error may say outside this machine: the relation or file, the kind of error, and never a value of a row.

Prefect keeps the text of an exception as a run's state and in its log, and a database likes to quote the cell that it
could not read. Every connection of ours is opened under `values_withheld`, so no such text gets through by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

WITHHELD = "the error's text is withheld, for it may hold data"
_REMOVED = "…"
# Errors in a statement of ours, or of the machine: their first line holds names, paths and sizes, never a cell.
_STATIC = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
)
_STATEMENT_ERROR = re.compile(r"\b(Binder|Catalog|Parser) Error: [^\n]*")
_EMPTY_CELL = re.compile(r"\AConstraint Error: NOT NULL constraint failed: [\w.]+\Z")
_CLASS = re.compile(r"\A([A-Z][\w/ -]*? Error): ")
_EXCERPT = "\n\nLINE "  # where DuckDB shows the place in the statement
# A value stands in quotes, after a colon, or unquoted after these words; it may itself hold quotes and colons.
_VALUE_BEGINS = re.compile(r"""['"`:(]|\b[Vv]alue\b""")
_QUOTES = "'\"`"
_NUMBER = re.compile(r"(?<!\w)[-+]?\d[\d.,]*(?!\w)")


class DatabaseFailed(RuntimeError):
    """DuckDB refused a statement of ours: a defect of ours or of the machine. Its text holds no value of a row."""


@contextmanager
def values_withheld(what: str) -> Iterator[None]:
    """Turns a DuckDB error of the block into `DatabaseFailed` about `what`, a relation or a file."""
    try:
        yield
    except duckdb.Error as error:
        # Without its cause: a log prints the whole chain of exceptions.
        raise DatabaseFailed(f"{what}: {described(error)}") from None


def described(error: duckdb.Error) -> str:
    """The class and the text of `error` on one line, with `…` for whatever may be a value."""
    message = str(error)
    first = message.partition("\n")[0].strip()
    if isinstance(error, _STATIC) or _EMPTY_CELL.match(first):
        text = first
    else:
        found = _CLASS.match(message)
        front, rest = (found.group(0), message[found.end() :]) if found else ("", message)
        text = front + without_values(rest.rpartition(_EXCERPT)[0] or rest)
    return f"{type(error).__name__}: {text}"


def statement_error(message: str) -> str | None:
    """The part of a wrapped error's text that is about the statement itself, or None where there is no such part."""
    found = _STATEMENT_ERROR.search(message)
    return found.group(0) if found else None


def without_values(text: str) -> str:
    """A database's text with `…` for whatever may be a value, on one line.

    Cuts from where a value may begin to the last quote; to the end where it is not certain that the value ended there.
    """
    begin = _VALUE_BEGINS.search(text)
    if begin is None:
        return _NUMBER.sub(_REMOVED, text.partition("\n")[0].strip())
    front = text[: begin.start()].strip()
    is_quoted = begin.group(0) in _QUOTES and "\n" not in text.strip()
    end = text.rfind(begin.group(0)) if is_quoted else -1
    back = text[end + 1 :].strip() if end > begin.start() else ""
    return _NUMBER.sub(_REMOVED, f"{front} {_REMOVED} {back}".strip())
