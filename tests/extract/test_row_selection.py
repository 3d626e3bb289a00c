"""Which rows of a file are data: nothing is dropped without an account, and what no rule takes is judged by the contract."""

from __future__ import annotations

import contextlib
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import RECEIVABLE_COLUMNS, ROWS, Bench, csv_text, receivables_source

LANDED = "SELECT receivable_id, customer_id, amount::VARCHAR, file_row FROM landing.receivables ORDER BY file_row"
TITLE = {"reason": "title", "when": [{"column": "Cliente", "matches": "^Zona "}]}


def accounts(bench: Bench, source: dict[str, object]) -> tuple[int, int, int, dict[str, int]]:
    """Rows of the file, landed and in quarantine, and those set aside by reason."""
    (file,) = bench.extract(source).files
    assert file.rows_in == file.landed + file.quarantined + file.duplicates
    return file.file_rows, file.landed, file.quarantined, {item.reason: item.rows for item in file.set_aside}


def with_rows(**rules: object) -> dict[str, object]:
    return receivables_source(rows=rules)


def reasons(bench: Bench, source: dict[str, object]) -> list[tuple[object, ...]]:
    return bench.query(bench.extract(source), "SELECT file_row, reasons FROM landing.quarantine ORDER BY file_row")


@pytest.mark.parametrize(
    ("test", "aside"),
    [
        ({"column": "Moneda", "is_in": ["EUR"]}, 2),
        ({"column": "Moneda", "not_in": ["EUR"]}, 2),
        ({"column": "Cliente", "matches": "^C[0-9]$"}, 3),
        ({"column": "Cliente", "not_matches": "^C"}, 1),
        ({"column": "Vence", "is_blank": True}, 1),
        ({"column": "Vence", "is_blank": False}, 3),
        ({"column": "Moneda", "is_in": ["EUR"], "matches": "USD"}, 0),
        ({"column": "Cliente", "is_in": [""]}, 1),
    ],
)
def test_a_test_looks_at_the_trimmed_text_of_a_column(bench: Bench, test: dict[str, object], aside: int) -> None:
    bench.write("exports/ledger.csv", csv_text(" C1 ;F1;01/04/2026;01/05/2026; EUR;1,00", *ROWS[1:], ";T; ; ; ; "))
    found = accounts(bench, with_rows(set_aside=[{"reason": "other", "when": [test]}]))
    assert found[3] == ({"other": aside} if aside else {})
    assert found[0] == 4


def test_all_tests_of_a_rule_must_hold_and_the_first_rule_that_fits_names_the_reason(bench: Bench) -> None:
    rules = [
        {
            "reason": "euros_of_c1",
            "when": [{"column": "Cliente", "is_in": ["C1"]}, {"column": "Moneda", "is_in": ["EUR"]}],
        },
        {"reason": "c1", "when": [{"column": "Cliente", "is_in": ["C1"]}]},
        {"reason": "anyone", "when": [{"column": "Cliente", "is_blank": False}]},
    ]
    bench.write("exports/ledger.csv", csv_text(*ROWS, "C1;F9;01/04/2026;01/05/2026;USD;1,00"))
    assert accounts(bench, with_rows(set_aside=rules))[3] == {"euros_of_c1": 2, "c1": 1, "anyone": 1}


def test_rows_keep_their_place_in_the_file_and_what_no_rule_takes_is_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("Zona norte;;;;;", ROWS[0], "Zone sud;;;;;", ROWS[2]))
    source = with_rows(set_aside=[TITLE])
    assert accounts(bench, source) == (4, 2, 1, {"title": 1})
    assert [row[3] for row in bench.query(bench.extract(source), LANDED)] == [2, 4]
    assert [row for row, _ in reasons(bench, source)] == [3]


def test_lines_that_cannot_be_split_are_quarantined_beside_rows_set_aside(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("Zona norte;;;;;", ROWS[0], "Zona sur", ROWS[2]))
    assert accounts(bench, with_rows(set_aside=[TITLE])) == (4, 2, 1, {"title": 1})


def test_rules_work_on_files_with_skipped_lines(bench: Bench) -> None:
    bench.write("exports/ledger.csv", "x\n" + csv_text("Zona norte;;;;;", *ROWS))
    source = with_rows(set_aside=[TITLE]) | {"format": {"type": "csv", "delimiter": ";", "skip_rows": 1}}
    assert accounts(bench, source) == (4, 3, 0, {"title": 1})


def test_a_query_may_return_columns_that_only_the_rules_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_URL", "sqlite:///ledger.sqlite")
    with contextlib.closing(sqlite3.connect(bench.root / "ledger.sqlite")) as database, database:
        database.execute("CREATE TABLE t (Cliente, Factura, Fecha, Vence, Moneda, Importe, Clase)")
        rows = [(*row.split(";"), kind) for row, kind in zip(ROWS, ("FV", "FV", "XX"), strict=True)]
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    source = with_rows(set_aside=[{"reason": "other", "when": [{"column": "Clase", "is_in": ["XX"]}]}])
    source |= {"format": {"type": "database", "url_env": "LEDGER_URL", "query": "SELECT * FROM t"}, "path": None}
    assert accounts(bench, source) == (3, 2, 0, {"other": 1})


def test_a_value_of_a_group_row_belongs_to_the_rows_after_it(bench: Bench) -> None:
    rules = {
        "carry": [
            {
                "name": "customer",
                "column": "Cliente",
                "when": [{"column": "Factura", "is_blank": True}],
                "extract": "^Zona (.*)$",
            }
        ],
        "set_aside": [{"reason": "group_row", "when": [{"column": "Factura", "is_blank": True}]}],
    }
    lines = ("Zona A;;;;;", ROWS[0], ROWS[1], "Zona B;;;;;", ROWS[2])
    bench.write("exports/ledger.csv", csv_text(*lines))
    source = with_rows(**rules) | {"columns": RECEIVABLE_COLUMNS | {"customer_id": "customer"}}
    assert accounts(bench, source) == (5, 3, 0, {"group_row": 2})
    assert [row[1] for row in bench.query(bench.extract(source), LANDED)] == ["A", "A", "B"]
    assert bench.extract(source).warnings == ()


def test_a_group_row_without_a_value_ends_the_group_before_it(bench: Bench) -> None:
    rules = {
        "carry": [
            {
                "name": "customer",
                "column": "Cliente",
                "when": [{"column": "Factura", "is_blank": True}],
                "extract": "^Zona (.*)$",
            }
        ],
        "set_aside": [{"reason": "group_row", "when": [{"column": "Factura", "is_blank": True}]}],
    }
    bench.write("exports/ledger.csv", csv_text(ROWS[2], "Zona A;;;;;", ROWS[0], "Otros;;;;;", ROWS[1]))
    source = with_rows(**rules) | {"columns": RECEIVABLE_COLUMNS | {"customer_id": "customer"}}
    assert accounts(bench, source) == (5, 1, 2, {"group_row": 2})
    assert [row for row, _ in reasons(bench, source)] == [1, 5]


def test_a_row_of_data_may_name_the_group_itself_and_rules_may_build_on_each_other(bench: Bench) -> None:
    named = [{"column": "Cliente", "is_blank": False}]
    rules = {
        "carry": [
            {"name": "customer", "column": "Cliente", "when": named},
            {"name": "again", "column": "customer", "when": [{"column": "customer", "is_in": ["C1"]}]},
        ]
    }
    blank = (row.replace("C1", "", 1) for row in ROWS[1:2])
    bench.write("exports/ledger.csv", csv_text(ROWS[0], *blank, ROWS[2]))
    columns = RECEIVABLE_COLUMNS | {"customer_id": "customer", "customer_name": "again"}
    source = with_rows(**rules) | {"columns": columns}
    landed = bench.query(
        bench.extract(source), "SELECT customer_id, customer_name FROM landing.receivables ORDER BY file_row"
    )
    assert landed == [("C1", "C1"), ("C1", "C1"), ("C2", "C1")]


LINES = (
    "C1;F1;01/04/2026;01/05/2026;EUR;10,00",
    "C1;F2;01/04/2026;01/05/2026;EUR;7,00",
    "C1;F1;01/04/2026;01/05/2026;EUR;2,50",
)


def test_the_first_line_stands_for_a_document_with_repeated_totals(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*LINES))
    source = with_rows(one_per=["Cliente", "Factura"])
    assert accounts(bench, source) == (3, 2, 0, {"further_line": 1})
    assert bench.query(bench.extract(source), LANDED) == [("F1", "C1", "10.00", 1), ("F2", "C1", "7.00", 2)]


def test_amounts_of_lines_are_added_exactly_and_in_the_style_of_the_file(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*LINES, "C1;F1;01/04/2026;01/05/2026;EUR;1.000,005", "C1;F1;;;;-0,005"))
    source = with_rows(one_per=["Factura"], sum=["Importe"])
    assert accounts(bench, source) == (5, 2, 0, {"further_line": 3})
    assert bench.query(bench.extract(source), LANDED) == [("F1", "C1", "1012.50", 1), ("F2", "C1", "7.00", 2)]


def test_lines_that_contradict_each_other_are_all_quarantined_with_their_own_amounts(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*LINES[:2], LINES[2].replace("01/05/2026", "02/05/2026")))
    source = with_rows(one_per=["Factura"], agree=["Fecha", "Vence"], sum=["Importe"])
    assert accounts(bench, source) == (3, 1, 2, {})
    assert [row for row, _ in reasons(bench, source)] == [1, 3]
    assert "differ in 'Vence'" in str(reasons(bench, source))
    (file,) = bench.extract(source).files
    assert [(item.amount_in, item.quarantined) for item in file.amounts] == [(Decimal("19.50"), Decimal("12.50"))]


def test_a_blank_repeats_what_the_first_line_says_and_a_first_line_may_not_be_blank(bench: Bench) -> None:
    blank = LINES[2].replace("01/05/2026", "")
    source = with_rows(one_per=["Factura"], agree=["Vence"])
    bench.write("exports/ledger.csv", csv_text(LINES[0], blank))
    assert accounts(bench, source) == (2, 1, 0, {"further_line": 1})
    bench.write("exports/ledger.csv", csv_text(blank, LINES[0]))
    assert accounts(bench, source) == (2, 0, 2, {})


def test_lines_that_cannot_be_added_are_all_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*LINES, "C1;F1;01/04/2026;01/05/2026;EUR;ten"))
    source = with_rows(one_per=["Factura"], sum=["Importe"])
    assert accounts(bench, source) == (4, 1, 3, {})
    assert "cannot be added" in str(reasons(bench, source))


def test_what_the_mapping_calls_blank_adds_nothing(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*LINES, "C1;F1;01/04/2026;01/05/2026;EUR;-"))
    columns = RECEIVABLE_COLUMNS | {"amount": {"column": "Importe", "blank": ["-"]}}
    source = with_rows(one_per=["Factura"], sum=["Importe"]) | {"columns": columns}
    assert accounts(bench, source) == (4, 2, 0, {"further_line": 2})


def test_rows_without_a_document_are_not_taken_for_one(bench: Bench) -> None:
    blank = LINES[0].replace("F1", "")
    bench.write("exports/ledger.csv", csv_text(blank, blank, LINES[1]))
    assert accounts(bench, with_rows(one_per=["Factura"], sum=["Importe"])) == (3, 1, 2, {})


def test_duplicates_among_documents_are_found_with_rules_too(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text("Zona A;;;;;", ROWS[0], ROWS[0]))
    (file,) = bench.extract(with_rows(set_aside=[TITLE])).files
    assert (file.landed, file.duplicates, file.rows_set_aside) == (1, 1, 1)


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        (
            {"set_aside": [{"reason": "x", "when": [{"column": "Cliente", "matches": "("}]}]},
            r"rows\.set_aside\.0\.when\.0",
        ),
        (
            {"totals": [{"column": "Importe", "when": [{"column": "Cliente", "not_matches": "[z-a]"}]}]},
            r"rows\.totals\.0",
        ),
        (
            {
                "carry": [
                    {
                        "name": "n",
                        "column": "Cliente",
                        "when": [{"column": "Cliente", "is_blank": False}],
                        "extract": "x",
                    }
                ]
            },
            r"rows\.carry\.0\.extract",
        ),
        ({"one_per": ["Factura"], "agree": ["Importe"], "sum": ["Importe"]}, "'Importe' is in sum too"),
        (
            {
                "totals": [
                    {"column": "Importe", "when": [{"column": "Cliente", "is_in": ["T"]}], "without": ["nothing"]}
                ]
            },
            "no rule of set_aside has the reason 'nothing'",
        ),
        ({"agree": ["Importe"]}, "give one_per"),
        ({"set_aside": [{"reason": "x", "when": [{"column": "Cliente"}]}]}, "give at least one of"),
        ({"set_aside": [{"reason": "No word", "when": [{"column": "Cliente", "is_blank": True}]}]}, "reason"),
    ],
)
def test_rules_that_cannot_work_are_told_before_any_file_is_read(
    bench: Bench, rules: dict[str, object], place: str
) -> None:
    with pytest.raises(SettingsProblem, match=place):
        bench.extract(with_rows(**rules))


def test_columns_of_rules_that_the_file_lacks_are_all_named(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    blank = [{"column": "Factur", "is_blank": True}]
    source = with_rows(
        set_aside=[{"reason": "x", "when": blank}], one_per=["Nummer"], totals=[{"column": "Saldo", "when": blank}]
    )
    with pytest.raises(SourceProblem) as caught:
        bench.extract(source)
    said = [str(problem) for problem in caught.value.problems]
    assert sorted(item.split("'")[1] for item in said) == ["Factur", "Factur", "Nummer", "Saldo"]
    assert any("Did you mean 'Factura'?" in item for item in said)


def test_a_carried_value_cannot_take_the_name_of_a_column(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    carry = [{"name": "Factura", "column": "Cliente", "when": [{"column": "Cliente", "is_blank": False}]}]
    with pytest.raises(SourceProblem, match="has a column 'Factura' already"):
        bench.extract(with_rows(carry=carry))


CELL = st.sampled_from(
    ["", "C1", "F1", "F2", "T", "EUR", "01/04/2026", "1,00", "2.000,50", "-3", "x", '"q;q"', '"', "é"]
)
LINE = st.lists(CELL, min_size=0, max_size=8).map(";".join)
RULES = {
    "carry": [{"name": "group", "column": "Cliente", "when": [{"column": "Factura", "is_blank": True}]}],
    "set_aside": [
        {"reason": "title", "when": [{"column": "Cliente", "is_in": ["T"]}]},
        {"reason": "odd", "when": [{"column": "Moneda", "is_in": ["x"]}]},
    ],
    "one_per": ["Cliente", "Factura"],
    "agree": ["Fecha"],
    "sum": ["Importe"],
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=12), ragged=st.booleans(), has_rules=st.booleans())
def test_every_row_of_any_file_is_in_exactly_one_account(
    bench: Bench, lines: list[str], ragged: bool, has_rules: bool
) -> None:
    bench.write("exports/ledger.csv", csv_text(*lines))
    changes: dict[str, object] = {"format": {"type": "csv", "delimiter": ";", "ragged": ragged}}
    source = receivables_source(**changes, **({"rows": RULES} if has_rules else {}))
    (file,) = bench.extract(source).files
    assert file.file_rows == file.landed + file.quarantined + file.duplicates + file.rows_set_aside
    for item in file.amounts:
        assert item.amount_in == item.landed + item.quarantined + item.duplicates
