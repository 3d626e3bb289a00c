"""Dates without a year, such as DATEV's DDMM: their year is the one that puts them into the row's financial year."""

from __future__ import annotations

from sqlglot import exp

from tasks.extract.expressions import all_of, any_of, call, cast, is_null, not_null, number, text, when
from tasks.extract.named_months import in_digits
from tasks.extract.values import Failure, Typed, date_in, date_pattern, has_year

MONTH_AND_DAY = "%m%d"


def date_without_year(
    column: str, value: exp.Expr, formats: tuple[str, ...], *, first_day: exp.Expr, first_day_column: str
) -> Typed:
    """`value` (text) as the one date that lies within the 12 months which start on `first_day` (a DATE).

    29 February is read where those months hold one. `formats` may have some with a year: these are read as they are.
    """
    undated = [item for item in formats if not has_year(item)]
    dated = tuple(item for item in formats if has_year(item))
    attempts = [_within(value, item, first_day) for item in undated]
    if dated:
        attempts.append(date_in(value.copy(), dated))
    fits = any_of(
        [call("regexp_full_match", value.copy(), text(date_pattern(item, with_year=False))) for item in undated]
    )
    return Typed(
        call("coalesce", *attempts) if len(attempts) > 1 else attempts[0],
        (
            Failure(
                exp.not_(fits),
                f"{column}: '{{value}}' is not a date written as {' or '.join(formats)}",
                "Correct the date, or name the file's format in the column's format.",
            ),
            Failure(
                all_of([fits.copy(), is_null(first_day.copy())]),
                f"{column}: '{{value}}' has no year, and '{first_day_column}' gives no first day of the financial year",
                f"Complete '{first_day_column}' in the export; it is written as the source's dates say.",
            ),
            Failure(
                all_of([fits.copy(), not_null(first_day.copy())]),
                f"{column}: '{{value}}' is no day of the 12 months that start on the day in '{first_day_column}'",
                "Correct the date in the accounting system.",
            ),
        ),
    )


def _within(value: exp.Expr, format_text: str, first_day: exp.Expr) -> exp.Expr:
    """The date in the first day's year if it is not before that day, else the next year's if its day of the year is.

    So every day of the 12 months has one year, also when they start on 29 February.
    """
    fits = call("regexp_full_match", value.copy(), text(date_pattern(format_text, with_year=False)))
    this_year = _in_year(value, format_text, first_day, 0)
    next_year = _in_year(value, format_text, first_day, 1)
    is_later = exp.GTE(this=this_year, expression=first_day.copy())
    is_before = exp.LT(
        this=call("strftime", next_year, text(MONTH_AND_DAY)),
        expression=call("strftime", first_day.copy(), text(MONTH_AND_DAY)),
    )
    return when((all_of([fits, is_later]), this_year.copy()), (all_of([fits.copy(), is_before]), next_year.copy()))


def _in_year(value: exp.Expr, format_text: str, first_day: exp.Expr, years_later: int) -> exp.Expr:
    year = exp.Add(this=call("year", first_day.copy()), expression=number(years_later))
    digits, read_by = in_digits(value.copy(), format_text)
    dated = call("concat", digits, text(" "), call("lpad", cast(exp.paren(year), "VARCHAR"), number(4), text("0")))
    return cast(call("try_strptime", dated, text(f"{read_by} %Y")), "DATE")
