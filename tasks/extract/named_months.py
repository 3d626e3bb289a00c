"""Names of months in dates (`%b`, `%B`), in English, Spanish and Portuguese: no name means one month here and another there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from tasks.extract.expressions import call, number, text, when

_SHORT = (
    ("jan", "ene"), ("feb", "fev"), ("mar",), ("apr", "abr"), ("may", "mai"), ("jun",), ("jul",), ("aug", "ago"),
    ("sep", "sept", "set"), ("oct", "out"), ("nov",), ("dec", "dic", "dez"),
)  # fmt: skip
_LONG = (
    ("january", "enero", "janeiro"), ("february", "febrero", "fevereiro"), ("march", "marzo", "março", "marco"),
    ("april", "abril"), ("may", "mayo", "maio"), ("june", "junio", "junho"), ("july", "julio", "julho"),
    ("august", "agosto"), ("september", "septiembre", "setiembre", "setembro"), ("october", "octubre", "outubro"),
    ("november", "noviembre", "novembro"), ("december", "diciembre", "dezembro"),
)  # fmt: skip


def _numbers(names: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {name: f"{month:02d}" for month, several in enumerate(names, start=1) for name in several}


MONTHS: Mapping[str, Mapping[str, str]] = {"%b": _numbers(_SHORT), "%B": _numbers(_LONG)}
"""By directive: each name in small letters, with the month's two digits."""


def pattern(directive: str) -> str:
    """The regular expression of the names, in any case; a short one may end in a point ('sept.')."""
    # The longest first: 'sept' begins with 'sep'.
    names = "|".join(sorted(MONTHS[directive], key=lambda name: (-len(name), name)))
    return rf"(?i:{names})\.?" if directive == "%b" else f"(?i:{names})"


def directive_of(format_text: str) -> str | None:
    """The directive of the format that stands for a month's name, None where months are numbers."""
    return next((part for part in re.findall(r"%.", format_text) if part in MONTHS), None)


def in_digits(value: exp.Expr, format_text: str) -> tuple[exp.Expr, str]:
    """`value` (a text that fits the format) with the month in digits, and the format that then reads it."""
    directive = directive_of(format_text)
    if directive is None:
        return value, format_text
    name = call("regexp_extract", value.copy(), text(f"({pattern(directive)})"), number(1))
    plain = call("rtrim", call("lower", name), text("."))
    digits = when(
        *((exp.EQ(this=plain.copy(), expression=text(key)), text(month)) for key, month in MONTHS[directive].items())
    )
    return call("replace", value.copy(), name.copy(), digits), format_text.replace(directive, "%m")


def text_in_digits(value: str, format_text: str) -> tuple[str, str]:
    """As `in_digits`, of one text."""
    directive = directive_of(format_text)
    found = re.search(pattern(directive), value) if directive is not None else None
    if directive is None or found is None:
        return value, format_text
    digits = MONTHS[directive][found[0].lower().rstrip(".")]
    return value.replace(found[0], digits), format_text.replace(directive, "%m")
