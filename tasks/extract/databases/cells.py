"""A database driver's Python value as exact text, with what it was."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from tasks.extract.doubles import double_text
from tasks.extract.raw import CellKind


def cell_text(value: object) -> tuple[str | None, CellKind | None]:
    """The text of a value and its kind; both None for NULL.

    Decimals keep every digit, floats are as spreadsheets show them, a moment at midnight is its day.
    What has no text that a mapping could read (bytes, for example) is of the kind `other` and its columns are refused.
    """
    match value:
        case None:
            cell: tuple[str | None, CellKind | None] = None, None
        case bool():
            cell = ("true" if value else "false"), "boolean"
        case int():
            cell = str(value), "number"
        case Decimal():
            cell = format(value, "f"), "number"
        case float():
            cell = double_text(value), "number"
        case datetime.datetime():
            is_midnight = value.time() == datetime.time(0)
            cell = (value.date().isoformat() if is_midnight else value.isoformat(" ", "seconds")), "date"
        case datetime.date():
            cell = value.isoformat(), "date"
        case str() | uuid.UUID():
            cell = str(value), "text"
        case _:
            cell = None, "other"
    return cell
