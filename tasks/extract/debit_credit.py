"""An amount in two columns, debit and credit: debit less credit. Each text is read by itself, as strictly as one amount."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from tasks.extract.expressions import all_of, any_of, call, cast, is_null, not_null, number, try_cast, when
from tasks.extract.values import Failure, Typed

WIDE = "DECIMAL(38,2)"  # Of two amounts of 18 digits DuckDB takes the difference only if it fits 18 digits.


def debit_less_credit(
    column: str, *, debit: exp.Expr, credit: exp.Expr, data_type: str, read: Callable[[exp.Expr], Typed]
) -> Typed:
    """The difference of two texts (NULL when blank) that `read` reads; a blank one counts as nothing.

    Both may be filled; where both are blank there is no amount. The sum of failures names the text that did not read.
    """
    sides = {side: read(value) for side, value in (("debit", debit), ("credit", credit))}
    texts = {"debit": debit, "credit": credit}
    usable = [any_of([is_null(texts[side].copy()), not_null(typed.expression.copy())]) for side, typed in sides.items()]
    is_filled = any_of([not_null(debit.copy()), not_null(credit.copy())])
    amounts = [cast(call("coalesce", typed.expression.copy(), number(0)), WIDE) for typed in sides.values()]
    difference = try_cast(exp.paren(exp.Sub(this=amounts[0], expression=amounts[1])), data_type)
    failures = [
        Failure(
            all_of([not_null(texts[side].copy()), is_null(typed.expression.copy()), failure.condition.copy()]),
            failure.reason,
            failure.fix,
            value=texts[side],
        )
        for side, typed in sides.items()
        for failure in typed.failures
    ]
    too_large = Failure(
        all_of([item.copy() for item in usable]),
        f"{column}: '{{value}}': the difference of debit and credit is too large for an amount",
        "Correct the values in the accounting system.",
    )
    return Typed(when((all_of([*usable, is_filled]), difference)), (*failures, too_large))
