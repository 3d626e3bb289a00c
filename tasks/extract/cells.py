"""One contract column's text out of the source's text columns: origin, blanks, value map, prefixes and suffixes.

Order: trim → `blank` (on each column of `first_of` and `debit_credit`, on the joined text of `join`) → `extract` → `map`
(on the value so far) → else `strip_suffix`, `strip_leading_zeros`, `upper` → `prefix` → `default`.
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
    if mapping.value is not None or mapping.hash_of or mapping.debit_credit is not None:
        return value
    if not mapping.first_of:
        value = _unless_blank(mapping, value)
    if mapping.extract:
        taken = call("regexp_extract", value, text(mapping.extract), number(1))
        value = call("nullif", call("trim", taken), text(""))
    changed = _stripped(mapping, value)
    if mapping.map:
        branches = [(exp.EQ(this=value.copy(), expression=text(key)), text(new)) for key, new in mapping.map.items()]
        changed = when(*branches, otherwise=changed)
    if mapping.prefix:
        changed = exp.DPipe(this=text(mapping.prefix), expression=exp.paren(changed))
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
    flag = tuple(rule.column for rule in mapping.negate_when or ())
    year = (mapping.year_from,) if mapping.year_from is not None else ()
    return (*origin_columns(mapping), *flag, *year)


def origin_columns(mapping: ColumnMapping) -> tuple[str, ...]:
    """The source columns that the value itself is made of."""
    single = (mapping.column,) if mapping.column is not None else ()
    sides = (mapping.debit_credit.debit, mapping.debit_credit.credit) if mapping.debit_credit else ()
    return (*single, *mapping.hash_of, *mapping.join, *mapping.first_of, *sides)


def side_text(mapping: ColumnMapping, column: str, raw: RawTable) -> exp.Expr:
    """The text of one of the columns that a value is made of, NULL when blank or one of the mapping's `blank` values."""
    return _unless_blank(mapping, trimmed(column, raw))


def _unless_blank(mapping: ColumnMapping, value: exp.Expr) -> exp.Expr:
    if not mapping.blank:
        return value
    return when((among(value, mapping.blank), exp.null()), otherwise=value.copy())


def _origin(mapping: ColumnMapping, raw: RawTable) -> exp.Expr:
    if mapping.column is not None:
        return trimmed(mapping.column, raw)
    if mapping.value is not None:
        return text(mapping.value)
    if mapping.join:
        parts = [trimmed(column, raw) for column in mapping.join]
        return call("nullif", call("concat_ws", text(mapping.separator), *parts), text(""))
    if mapping.first_of:
        return call("coalesce", *(side_text(mapping, column, raw) for column in mapping.first_of))
    if mapping.debit_credit is not None:  # As it is shown: what is read are the two texts.
        parts = [side_text(mapping, column, raw) for column in origin_columns(mapping)]
        return call("nullif", call("concat_ws", text(" / "), *parts), text(""))
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
    if mapping.upper:
        stripped = call("upper", stripped)
    return stripped
