"""Reading what the accounting system states of itself: small CSV files whose every line is right or is told."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from tasks.contracts.currencies import DECIMALS
from tasks.problems import Problem, SettingsProblem

Line = TypeVar("Line")


def read_lines(
    path: Path, what: str, header: tuple[str, ...], fix: str, parse: Callable[..., Line]
) -> tuple[Line, ...]:
    """The lines of the file below `header`, each given to `parse` field by field; `parse` raises ValueError with what is wrong.

    Raises:
        SettingsProblem: the file is missing, has another header, or lines that cannot be used; all lines are listed.
    """
    where = f"{what} {path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found, *lines = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsProblem.at(where, f"cannot be read ({type(error).__name__})", fix) from None
    if tuple(found) != header:
        raise SettingsProblem.at(where, f"has the header {','.join(found)!r}", fix)
    parsed, problems = [], []
    for number, line in enumerate(lines, start=2):
        at = f"{where}, line {number}"
        if len(line) != len(header):
            problems.append(Problem("error", at, f"has {len(line)} fields, not {len(header)}", fix))
            continue
        try:
            parsed.append(parse(*line))
        except ValueError as error:
            problems.append(Problem("error", at, str(error), fix))
    if problems:
        raise SettingsProblem(*problems)
    return tuple(parsed)


def known(value: str, names: Iterable[str], what: str) -> str:
    """`value`, which is one of `names`; else ValueError with the names that are close to it."""
    names = sorted(names)
    if value in names:
        return value
    swapped = [name for name in names if sorted(name) == sorted(value)]
    close = swapped or get_close_matches(value, names, n=3)
    meant = f"; did you mean {' or '.join(close)}?" if close else ""
    raise ValueError(f"{value!r} is not {what}{meant}")


def currency(value: str) -> str:
    """A code of ISO 4217."""
    if not re.fullmatch("[A-Z]{3}", value):
        raise ValueError("currency is not three capital letters")
    return known(value, DECIMALS, "a currency (ISO 4217)")


def figure(value: str, name: str) -> Decimal:
    """A number with a decimal point and nothing else."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError(f"{name} is not a number")
    return Decimal(value)
