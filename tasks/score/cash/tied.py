"""The check that a cash forecast leaves no cent out: over all periods it is what is open, per currency."""

from __future__ import annotations

from tasks.warehouse.connection import Connection

_DIFFERENCES = """
SELECT coalesce(f.currency, o.currency)
FROM (SELECT currency, sum(expected_amount) AS e, sum(due_amount) AS d, sum(receivable_count) AS n FROM mart.cash_forecast GROUP BY 1) AS f
FULL JOIN (SELECT currency, sum(open_amount) AS a, count(*) AS n FROM staging.open_items GROUP BY 1) AS o ON f.currency = o.currency
WHERE f.e IS DISTINCT FROM o.a OR f.d IS DISTINCT FROM o.a OR f.n IS DISTINCT FROM o.n
ORDER BY 1
"""


class ForecastDoesNotTie(Exception):
    """Expected and open amounts differ in a currency; a defect of ours."""


def check_ties(connection: Connection) -> None:
    """Compares `mart.cash_forecast` with the open receivables: expected amounts, due amounts and counts.

    Raises:
        ForecastDoesNotTie: they differ; the text names the currencies.
    """
    currencies = [str(currency) for (currency,) in connection.execute(_DIFFERENCES).fetchall()]
    if currencies:
        raise ForecastDoesNotTie(f"mart.cash_forecast does not add up to what is open in {', '.join(currencies)}")
