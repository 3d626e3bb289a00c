"""One contract column's text out of the source's text columns: origin, blanks, value map, prefixes and suffixes.

Order: trim → `blank` → `map` (on the value as written) → else `strip_suffix`, `strip_leading_zeros` → `default`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from tasks.extract.expressions import among, any_of, call, labelled, name, number, text, when
from tasks.extract.raw import RawTable
from tasks.settings.columns import ColumnMapping

UNIT_SEPARATOR = 31


def cell_text(mapping: ColumnMapping, raw: RawTable) -> exp.Expr:
    """The text of one mapped column, NULL when blank."""
    value = _origin(mapping, raw)
    if mapping.value is not None or mapping.hash_of:
        return value
    if mapping.blank:
        value = when((among(value, mapping.blank), exp.null()), otherwise=value.copy())
    changed = _stripped(mapping, value)
    if mapping.map:
        branches = [(exp.EQ(this=value.copy(), expression=text(key)), text(new)) for key, new in mapping.map.items()]
        changed = when(*branches, otherwise=changed)
    if mapping.default is not None:
        changed = call("coalesce", changed, text(mapping.default))
    return changed


def trimmed(column: str, raw: RawTable) -> exp.Expr:
    """The source column as `trim_columns` delivers it: without surrounding blanks, NULL when nothing is left."""
    return name(f"trimmed {raw.headers.index(column)}")


def trim_columns(mappings: Iterable[ColumnMapping], raw: RawTable) -> list[exp.Expr]:
    """Each source column that the mappings read, trimmed once (no-break spaces included)."""
    used = sorted({raw.headers.index(column) for mapping in mappings for column in columns_used(mapping)})
    return [labelled(_trimmed(name(raw.columns[index])), f"trimmed {index}") for index in used]


def _trimmed(value: exp.Expr) -> exp.Expr:
    """`value` without surrounding blanks, NULL when nothing is left.

    `trim` decodes every character, which made it a fifth of the time of landing. It can change only a text that starts
    below '!', ends in a blank, or has a character beyond ASCII; looking for these takes a quarter of that time.
    """
    starts_low = exp.LT(this=value.copy(), expression=text("!"))
    ends_blank = call("suffix", value.copy(), text(" "))
    has_wide = exp.NEQ(this=call("strlen", value.copy()), expression=call("length", value.copy()))
    whole = call("nullif", call("trim", value.copy()), text(""))
    return when((any_of([ends_blank, starts_low, has_wide]), whole), otherwise=value)


def columns_used(mapping: ColumnMapping) -> tuple[str, ...]:
    """The source columns a mapping reads."""
    single = (mapping.column,) if mapping.column is not None else ()
    flag = (mapping.negate_when.column,) if mapping.negate_when else ()
    return (*single, *mapping.hash_of, *mapping.join, *flag)


def _origin(mapping: ColumnMapping, raw: RawTable) -> exp.Expr:
    if mapping.column is not None:
        return trimmed(mapping.column, raw)
    if mapping.value is not None:
        return text(mapping.value)
    if mapping.join:
        parts = [trimmed(column, raw) for column in mapping.join]
        return call("nullif", call("concat_ws", text(mapping.separator), *parts), text(""))
    # A separator no export contains keeps ('ab', 'c') apart from ('a', 'bc').
    parts = [call("coalesce", trimmed(column, raw), text("")) for column in mapping.hash_of]
    return call("md5", call("concat_ws", call("chr", number(UNIT_SEPARATOR)), *parts))


def _stripped(mapping: ColumnMapping, value: exp.Expr) -> exp.Expr:
    stripped = value.copy()
    if mapping.strip_suffix:
        pieces = call("left", stripped, exp.Neg(this=number(len(mapping.strip_suffix))))
        ends = call("ends_with", stripped.copy(), text(mapping.strip_suffix))
        stripped = when((ends, pieces), otherwise=stripped.copy())
    if mapping.strip_leading_zeros:
        bare = call("ltrim", stripped, text("0"))
        all_zeros = exp.EQ(this=bare, expression=text(""))
        stripped = when((all_zeros, text("0")), otherwise=bare.copy())
    return stripped
