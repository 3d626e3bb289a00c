"""Reads each mapped column's text as its contract type, with what the mapping says of years, units and signs.

A column may need more than its own text: a flag that turns its sign, its debit and its credit, the first day of the
financial year. These are computed once beside the texts, under names no contract column has. Mappings that need none
have none, so that the plain path costs nothing.
"""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from tasks.contracts.load import Column, Contract
from tasks.extract.cells import side_text, trimmed
from tasks.extract.dates_without_year import date_without_year
from tasks.extract.debit_credit import debit_less_credit
from tasks.extract.expressions import among, call, labelled, name, when
from tasks.extract.minor_units import minor_units
from tasks.extract.raw import RawTable
from tasks.extract.values import ISO_DATE, Typed, amount, date_in, read_as
from tasks.settings.columns import ColumnMapping, SignRule
from tasks.settings.sources import Source

UNITS_OF = "units of "


def text_name(column: str) -> str:
    """What the text of a contract column is called before it is read."""
    return f"text {column}"


def sign_flags(source: Source, raw: RawTable) -> list[exp.Expr]:
    """For each column with `negate_when`: whether this row's sign is turned."""
    return [
        labelled(reduce(_turned_again, [_holds(rule, raw) for rule in mapping.negate_when]), _flag(column))
        for column, mapping in source.columns.items()
        if mapping.negate_when
    ]


def _holds(rule: SignRule, raw: RawTable) -> exp.Expr:
    return call("coalesce", among(trimmed(rule.column, raw), rule.values), exp.false())


def _turned_again(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=exp.paren(one), expression=exp.paren(other))


def helpers(source: Source, raw: RawTable) -> list[exp.Expr]:
    """What columns need beside their own text, each under its name."""
    found = []
    for column, mapping in source.columns.items():
        if mapping.debit_credit is not None:
            found += [
                labelled(side_text(mapping, mapping.debit_credit.debit, raw), _debit(column)),
                labelled(side_text(mapping, mapping.debit_credit.credit, raw), _credit(column)),
            ]
        if mapping.year_from is not None:
            first_day = date_in(trimmed(mapping.year_from, raw), _with_iso(source.dates, raw))
            found.append(labelled(first_day, _first_day(column)))
    return found


def helper_names(source: Source) -> list[exp.Expr]:
    """The names of `helpers`, which failures read too."""
    names: list[exp.Expr] = []
    for column, mapping in source.columns.items():
        if mapping.debit_credit is not None:
            names += [name(_debit(column)), name(_credit(column))]
        if mapping.year_from is not None:
            names.append(name(_first_day(column)))
    return names


def typed_column(source: Source, contract: Contract, column: Column, raw: RawTable) -> Typed:
    """The column's value, NULL where its text does not read as the mapping says."""
    mapping = source.columns.get(column.name)
    if mapping is None:
        return read_as(column.name, column.type, _text(column), _with_iso(source.dates, raw), source.decimals)
    typed = _read(source, contract, column, mapping, raw)
    if not column.type.startswith("DECIMAL"):
        return typed
    value = exp.Neg(this=exp.paren(typed.expression)) if mapping.negate else typed.expression
    if mapping.negate_when:
        value = when((name(_flag(column.name)), exp.Neg(this=exp.paren(value))), otherwise=value.copy())
    return Typed(value, typed.failures)


def currency_column(contract: Contract, column: str) -> str | None:
    """The contract's column with the currency of an amount, as the amount's unit says."""
    unit = contract.column(column).unit or ""
    named = unit.removeprefix(UNITS_OF)
    return named if unit.startswith(UNITS_OF) and named in [item.name for item in contract.columns] else None


def _read(source: Source, contract: Contract, column: Column, mapping: ColumnMapping, raw: RawTable) -> Typed:
    formats = _with_iso(mapping.format or source.dates, raw)
    if mapping.year_from is not None:
        first_day = name(_first_day(column.name))
        return date_without_year(
            column.name, _text(column), formats, first_day=first_day, first_day_column=mapping.year_from
        )
    currency = currency_column(contract, column.name) if mapping.minor_units else None

    def read(value: exp.Expr) -> Typed:
        if currency is None:
            return amount(column.name, value, column.type, source.decimals)
        return minor_units(
            column.name,
            value,
            currency=name(text_name(currency)),
            currency_column=currency,
            data_type=column.type,
            decimals=source.decimals,
        )

    if mapping.debit_credit is not None:
        debit, credit = name(_debit(column.name)), name(_credit(column.name))
        return debit_less_credit(column.name, debit=debit, credit=credit, data_type=column.type, read=read)
    if currency is not None:
        return read(_text(column))
    return read_as(column.name, column.type, _text(column), formats, source.decimals)


def _with_iso(formats: tuple[str, ...], raw: RawTable) -> tuple[str, ...]:
    """Cells that were dates arrive as ISO text, whatever the text cells look like."""
    if any(kind != "text" for kind in raw.kinds) and ISO_DATE not in formats:
        return (*formats, ISO_DATE)
    return formats


def _text(column: Column) -> exp.Expr:
    return name(text_name(column.name))


def _flag(column: str) -> str:
    return f"turns {column}"


def _debit(column: str) -> str:
    return f"debit {column}"


def _credit(column: str) -> str:
    return f"credit {column}"


def _first_day(column: str) -> str:
    return f"first day {column}"
