"""Amounts that are whole numbers of a currency's smallest unit: cents, and units where the currency has no cents."""

from __future__ import annotations

from sqlglot import exp

from tasks.contracts.currencies import THREE_DECIMALS, TWO_DECIMALS, WITHOUT_DECIMALS
from tasks.extract.expressions import all_of, among, any_of, call, cast, is_null, number, text, try_cast, when
from tasks.extract.values import SIGNED, Failure, Typed, grouping, plain_number, whole_number_pattern
from tasks.settings.columns import Decimals

# Wide enough for every amount of a contract (16 digits) in thousandths, with room to say 'too large' beyond it.
COUNTED = "DECIMAL(22,0)"
HUNDREDTH = ("0.01", "DECIMAL(3,2)")
THOUSANDTH = ("0.001", "DECIMAL(4,3)")


def minor_units(
    column: str, value: exp.Expr, *, currency: exp.Expr, currency_column: str, data_type: str, decimals: Decimals
) -> Typed:
    """`value` (text) as an amount: 12345 is 123.45 EUR, 12345 CLP and 12.345 TND.

    The last does not fit an amount of two decimals and is refused: amounts are not rounded. `decimals` says how
    thousands are grouped; a decimal mark makes a number no whole one, whatever stands behind it.
    """
    reads = call("regexp_full_match", value.copy(), text(SIGNED.format(whole_number_pattern(decimals))))
    count = try_cast(plain_number(value.copy(), decimals), COUNTED)
    in_units, in_cents, in_thousandths = (
        among(currency.copy(), codes) for codes in (WITHOUT_DECIMALS, TWO_DECIMALS, THREE_DECIMALS)
    )
    loses = all_of(
        [in_thousandths.copy(), exp.NEQ(this=exp.Mod(this=count.copy(), expression=number(10)), expression=number(0))]
    )
    amount = when(
        (in_cents, _times(count, HUNDREDTH)),
        (in_units, count.copy()),
        (loses, exp.null()),
        (in_thousandths, _times(count, THOUSANDTH)),
    )
    is_known = call("coalesce", any_of([in_cents.copy(), in_units.copy(), in_thousandths.copy()]), exp.false())
    typed = when((reads, try_cast(amount, data_type)))
    return Typed(
        typed,
        (
            Failure(
                exp.not_(reads.copy()),
                f"{column}: '{{value}}' is not a whole number of the currency's smallest unit, written with {grouping(decimals)}",
                f"Correct the value; without minor_units in columns.{column}, it is read with decimals.",
            ),
            Failure(
                all_of([reads.copy(), exp.not_(is_known)]),
                f"{column}: '{{value}}' counts the smallest unit of a currency that is not known",
                f"Correct the currency of the row, or map it in columns.{currency_column}.map.",
            ),
            Failure(
                all_of([reads.copy(), loses.copy()]),
                f"{column}: '{{value}}' thousandths have more than two decimals, and amounts are not rounded",
                "Round it in the accounting system.",
            ),
            Failure(
                all_of([reads.copy(), is_known.copy(), any_of([is_null(count.copy()), exp.not_(loses.copy())])]),
                f"{column}: '{{value}}' is too large for an amount (at most 16 digits before the decimals)",
                "Correct the value in the accounting system.",
            ),
        ),
    )


def _times(count: exp.Expr, unit: tuple[str, str]) -> exp.Expr:
    """The count times the unit, in decimals: DuckDB divides decimals as doubles."""
    return exp.Mul(this=count.copy(), expression=cast(text(unit[0]), unit[1]))
