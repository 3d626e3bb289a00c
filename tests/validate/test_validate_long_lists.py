"""Long lists of a contract's condition become look-ups that judge every row as the list does."""

from __future__ import annotations

import duckdb
import pytest

from tasks.validate.contract_checks import with_lookups

CODES = ", ".join(f"'C{number:02}'" for number in range(40))


@pytest.mark.parametrize(
    "condition",
    [f"code IN ({CODES})", f"code NOT IN ({CODES})", f"code IS NULL OR code IN ({CODES}) AND amount > 1"],
)
def test_a_long_list_counts_the_same_rows_as_a_look_up(condition: str) -> None:
    rows = "(VALUES ('C01', 1), ('C39', 2), ('C40', 2), ('', 2), (NULL, 1)) AS rows (code, amount)"
    looked_up = with_lookups(condition)
    assert looked_up != condition
    with duckdb.connect() as connection:
        counts = [
            connection.execute(f"SELECT count(*) FILTER (WHERE NOT ({text})) FROM {rows}").fetchone()  # noqa: S608
            for text in (condition, looked_up)
        ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("condition", ["amount <> 0", "code IN ('EUR','USD')", "amount >< 0 ("])
def test_other_conditions_stay_as_they_are_written(condition: str) -> None:
    assert with_lookups(condition) == condition
