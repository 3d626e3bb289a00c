"""`count_equal`: of statements without balance or reference, two equal lines of a day are two movements."""

from __future__ import annotations

import pytest

from tasks.problems import SettingsProblem
from tests.extract.bench import Bench, receivables_source

HEADER = "Date,Label,Amount\n"
LINE = "2026-05-04,Transfer,500.00\n"
COLUMNS: dict[str, object] = {
    "payment_id": {"hash_of": ["Date", "Label", "Amount"], "count_equal": True},
    "paid_on": "Date",
    "currency": {"value": "EUR"},
    "amount": "Amount",
    "bank_reference": "Label",
}


def bank(**changes: object) -> dict[str, object]:
    source = {"name": "bank", "contract": "payments", "path": "exports/bank*.csv", "delivery": "increment"}
    return {**source, "columns": COLUMNS, "max_reject_share": 1, **changes}


def payments(bench: Bench, source: dict[str, object]) -> list[tuple[object, ...]]:
    bench.write(
        "exports/ledger.csv", "Cliente;Factura;Fecha;Vence;Moneda;Importe\nC1;F1;01/04/2026;01/05/2026;EUR;1,00\n"
    )
    extraction = bench.extract(receivables_source(), source)
    return bench.query(
        extraction, "SELECT payment_id, amount, file, file_row FROM landing.payments ORDER BY file, file_row"
    )


def test_equal_lines_of_a_file_are_numbered_in_its_order(bench: Bench) -> None:
    bench.write("exports/bank.csv", HEADER + LINE + "2026-05-04,Other,7.00\n" + LINE + LINE)
    rows = payments(bench, bank())
    key = str(rows[0][0])
    assert [row[0] for row in rows if row[0] != rows[1][0]] == [key, f"{key}-2", f"{key}-3"]
    assert [row[3] for row in rows] == [1, 2, 3, 4]


def test_an_export_that_repeats_a_day_repeats_its_keys(bench: Bench) -> None:
    bench.write("exports/bank1.csv", HEADER + LINE + LINE)
    bench.write("exports/bank2.csv", HEADER + "2026-05-03,Before,7.00\n" + LINE + LINE + "2026-05-05,After,8.00\n")
    rows = payments(bench, bank())
    assert len(rows) == 4
    assert {row[2] for row in rows} == {"exports/bank2.csv"}


def test_lines_that_cannot_be_split_keep_the_place_of_the_others(bench: Bench) -> None:
    bench.write("exports/bank.csv", HEADER + LINE + '2026-05-04,"Broken,500.00\n' + LINE)
    rows = payments(bench, bank())
    assert [row[3] for row in rows] == [1, 3]
    assert len({row[0] for row in rows}) == 2


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            {"columns": {**COLUMNS, "payment_id": {"column": "Label", "count_equal": True}}},
            "count_equal is for hash_of",
        ),
        (
            {"columns": {**COLUMNS, "payer_name": {"hash_of": ["Label"], "count_equal": True}}},
            "count_equal is for keys",
        ),
        ({"references": {"case": {"hash_of": ["Label"], "count_equal": True}}}, "count_equal is for keys"),
    ],
)
def test_it_is_for_keys_made_of_columns(bench: Bench, change: dict[str, object], what: str) -> None:
    bench.write("exports/bank.csv", HEADER + LINE)
    with pytest.raises(SettingsProblem, match=what):
        payments(bench, bank(**change))
