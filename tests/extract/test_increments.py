"""Several files of one source: snapshots and increments."""

from __future__ import annotations

from decimal import Decimal

from tests.extract.bench import ROWS, Bench, csv_text, receivables_source

INCREMENT = receivables_source(path="exports/ledger_*.csv", delivery="increment")


def test_of_a_snapshot_only_the_newest_file_counts(bench: Bench) -> None:
    bench.write("exports/ledger_2026-05-01.csv", csv_text(*ROWS))
    bench.write("exports/ledger_2026-05-02.csv", csv_text(*ROWS[:1]))
    extraction = bench.extract(receivables_source(path="exports/ledger_*.csv"))
    assert [(file.file, file.landed) for file in extraction.files] == [("exports/ledger_2026-05-02.csv", 1)]


def test_a_later_file_replaces_rows_of_an_earlier_one(bench: Bench) -> None:
    bench.write("exports/ledger_1.csv", csv_text(*ROWS))
    bench.write(
        "exports/ledger_2.csv",
        csv_text(ROWS[0], "C1;F2;02/04/2026;02/05/2026;EUR;50,00", "C9;F9;02/04/2026;02/05/2026;EUR;1,00"),
    )
    extraction = bench.extract(INCREMENT)
    first, second = extraction.files
    assert (first.rows_in, first.landed, first.duplicates) == (3, 1, 2)
    assert (second.rows_in, second.landed, second.duplicates) == (3, 3, 0)
    euros = next(item for item in first.amounts if item.currency == "EUR")
    assert (euros.amount_in, euros.landed, euros.duplicates) == (Decimal("1310.40"), Decimal(0), Decimal("1310.40"))
    assert bench.query(extraction, "SELECT receivable_id, amount, file FROM landing.receivables ORDER BY 1") == [
        ("F1", Decimal("1210.50"), "exports/ledger_2.csv"),
        ("F2", Decimal("50.00"), "exports/ledger_2.csv"),
        ("F3", Decimal("150000.00"), "exports/ledger_1.csv"),
        ("F9", Decimal("1.00"), "exports/ledger_2.csv"),
    ]
    assert bench.query(extraction, "SELECT file, file_row, kind, reasons FROM landing.quarantine ORDER BY 2") == [
        ("exports/ledger_1.csv", 1, "duplicate", ["repeated in exports/ledger_2.csv"]),
        ("exports/ledger_1.csv", 2, "duplicate", ["superseded by exports/ledger_2.csv"]),
    ]


def test_of_three_files_the_last_one_wins_and_files_are_not_parsed_again(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.write(f"exports/ledger_{number}.csv", csv_text(f"C1;F1;01/04/2026;01/05/2026;EUR;{number},00"))
    bench.extract(INCREMENT)
    extraction = bench.extract(INCREMENT)
    assert [(file.landed, file.duplicates, file.was_parsed) for file in extraction.files] == [
        (0, 1, False),
        (0, 1, False),
        (1, 0, False),
    ]
    assert bench.query(extraction, "SELECT amount FROM landing.receivables") == [(Decimal("3.00"),)]


def test_the_same_file_delivered_twice_counts_once(bench: Bench) -> None:
    bench.write("exports/ledger_1.csv", csv_text(*ROWS))
    bench.write("exports/ledger_2.csv", csv_text(*ROWS))
    extraction = bench.extract(INCREMENT)
    assert [(file.landed, file.duplicates) for file in extraction.files] == [(0, 3), (3, 0)]
    assert bench.query(extraction, "SELECT count(*), count(DISTINCT receivable_id) FROM landing.receivables") == [
        (3, 3)
    ]


def test_a_quarantined_row_replaces_nothing(bench: Bench) -> None:
    bench.write("exports/ledger_1.csv", csv_text(*ROWS))
    bench.write("exports/ledger_2.csv", csv_text("C1;F1;31/02/2026;01/05/2026;EUR;5,00"))
    extraction = bench.extract(INCREMENT)
    assert bench.query(extraction, "SELECT amount FROM landing.receivables WHERE receivable_id = 'F1'") == [
        (Decimal("1210.50"),)
    ]


def test_customers_without_amounts_are_replaced_too(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/customers_1.csv", "id,name\nC1,Ebro\nC2,Miño\n")
    bench.write("exports/customers_2.csv", "id,name\nC1,Ebro y Cía\n")
    customers = {
        "name": "customers", "contract": "customers", "path": "exports/customers_*.csv", "delivery": "increment",
        "columns": {"customer_id": "id", "name": "name"},
    }  # fmt: skip
    extraction = bench.extract(receivables_source(), customers)
    assert bench.query(extraction, "SELECT customer_id, name FROM landing.customers ORDER BY 1") == [
        ("C1", "Ebro y Cía"),
        ("C2", "Miño"),
    ]
    assert [(file.landed, file.duplicates) for file in extraction.files[1:]] == [(1, 1), (1, 0)]
