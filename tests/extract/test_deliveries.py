"""What several deliveries of the same data mean: lists of open items, and corrections; late, repeated and out of order."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal

import pytest

from tasks.problems import SettingsProblem, SourceProblem
from tests.extract.bench import ROWS, Bench, csv_text, receivables_source

DAY = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
OPEN_ITEMS = receivables_source(path="exports/open_*.csv", delivery="open_items", delivered_on=DAY)
STATE = "SELECT receivable_id, amount, cleared_on, file FROM landing.receivables ORDER BY 1"
FIRST, SECOND, THIRD = (f"exports/open_2026050{day}.csv" for day in (1, 2, 3))
F2_CORRECTED = "C1;F2;02/04/2026;02/05/2026;EUR;50,00"


def test_an_item_missing_from_the_next_list_was_settled_on_its_day(bench: Bench) -> None:
    bench.write(FIRST, csv_text(*ROWS))
    bench.write(SECOND, csv_text(ROWS[0], ROWS[2]))
    bench.write(THIRD, csv_text(ROWS[2]))
    extraction = bench.extract(OPEN_ITEMS)
    assert bench.query(extraction, STATE) == [
        ("F1", Decimal("1210.50"), datetime.date(2026, 5, 3), SECOND),
        ("F2", Decimal("99.90"), datetime.date(2026, 5, 2), FIRST),
        ("F3", Decimal("150000.00"), None, THIRD),
    ]
    assert [(file.rows_in, file.landed, file.duplicates) for file in extraction.files] == [
        (3, 1, 2),
        (2, 1, 1),
        (1, 1, 0),
    ]


def test_an_item_that_comes_back_is_open(bench: Bench) -> None:
    bench.write(FIRST, csv_text(*ROWS))
    bench.write(SECOND, csv_text(ROWS[2]))
    bench.write(THIRD, csv_text(*ROWS))
    assert {row[2] for row in bench.query(bench.extract(OPEN_ITEMS), STATE)} == {None}


def test_a_refused_row_is_on_its_list_and_so_not_settled(bench: Bench) -> None:
    bench.write(FIRST, csv_text(*ROWS))
    bench.write(SECOND, csv_text(ROWS[0], "C1;F2;31/02/2026;02/05/2026;EUR;99,90", ROWS[2]))
    extraction = bench.extract(OPEN_ITEMS)
    assert [row[2] for row in bench.query(extraction, STATE)] == [None, None, None]
    assert [file.quarantined for file in extraction.files] == [0, 1]


@pytest.mark.parametrize("hiding", ['C1;"F2;02/04/2026;02/05/2026;EUR;99,90', "C1;;02/04/2026;02/05/2026;EUR;99,90"])
def test_a_list_with_a_row_that_nobody_can_name_settles_nothing_and_the_next_whole_one_does(
    bench: Bench, hiding: str
) -> None:
    source = OPEN_ITEMS | {"max_reject_share": 1}
    bench.write(FIRST, csv_text(*ROWS))
    bench.write(SECOND, csv_text(ROWS[0], hiding))
    extraction = bench.extract(source)
    assert {row[2] for row in bench.query(extraction, STATE)} == {None}
    (warning,) = [item for item in extraction.warnings if "settled" in item.what]
    assert warning.where == f"{SECOND} (ledger)"
    bench.write(THIRD, csv_text(ROWS[0]))
    cleared = [row[2] for row in bench.query(bench.extract(source), STATE)]
    assert cleared == [None, datetime.date(2026, 5, 3), datetime.date(2026, 5, 3)]


def test_a_list_that_settles_nothing_does_not_hide_that_the_next_one_was_cut_off(bench: Bench) -> None:
    rows = [f"C1;F{number};01/04/2026;01/05/2026;EUR;10,00" for number in range(40)]
    bench.write(FIRST, csv_text(*rows))
    bench.write(SECOND, csv_text(*rows[:10], 'C1;"F39;'))
    source = OPEN_ITEMS | {"max_reject_share": 1}
    assert bench.extract(source).files[1].settles_nothing
    bench.write(THIRD, csv_text(*rows[:10]))
    with pytest.raises(SourceProblem, match="misses 30 of the 40 items"):
        bench.extract(source)


@pytest.mark.parametrize("order", list(itertools.permutations((FIRST, SECOND, THIRD)))[::2])
def test_lists_that_arrive_late_or_out_of_order_end_in_the_same_state(bench: Bench, order: tuple[str, ...]) -> None:
    content = {FIRST: csv_text(*ROWS), SECOND: csv_text(ROWS[0], ROWS[2]), THIRD: csv_text(ROWS[2])}
    for file in order:
        bench.write(file, content[file])
        extraction = bench.extract(OPEN_ITEMS)
    again = bench.extract(OPEN_ITEMS)
    assert bench.query(extraction, STATE) == bench.query(again, STATE)
    assert [row[2] for row in bench.query(again, STATE)] == [datetime.date(2026, 5, 3), datetime.date(2026, 5, 2), None]
    assert not any(file.was_parsed for file in again.files)


def test_a_list_that_was_cut_off_stops_the_run(bench: Bench) -> None:
    rows = [f"C1;F{number};01/04/2026;01/05/2026;EUR;10,00" for number in range(40)]
    bench.write(FIRST, csv_text(*rows))
    bench.write(SECOND, csv_text(*rows[:10]))
    with pytest.raises(SourceProblem, match="misses 30 of the 40 items"):
        bench.extract(OPEN_ITEMS)
    assert bench.extract({**OPEN_ITEMS, "max_settled_share": 0.8}).files[1].landed == 10


def test_a_name_without_the_day_is_a_problem(bench: Bench) -> None:
    bench.write(FIRST, csv_text(*ROWS))
    bench.write("exports/open_latest.csv", csv_text(*ROWS))
    with pytest.raises(SourceProblem, match=r"open_latest.csv: its name does not tell the day"):
        bench.extract(OPEN_ITEMS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delivered_on": None}, "needs delivered_on"),
        ({"delivered_on": r"(\d+)"}, "needs the groups year, month and day"),
        ({"delivered_on": "("}, "is not a regular expression"),
    ],
)
def test_lists_of_open_items_need_a_day(bench: Bench, change: dict[str, object], message: str) -> None:
    bench.write(FIRST, csv_text(*ROWS))
    with pytest.raises(SettingsProblem, match=message):
        bench.extract({**OPEN_ITEMS, **change})


CORRECTION = receivables_source(name="fixes", path="exports/fixes_*.csv", delivery="correction")


def test_a_correction_replaces_the_row_of_another_source(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/fixes_1.csv", csv_text("C1;F2;02/04/2026;02/05/2026;EUR;70,00"))
    bench.write("exports/fixes_2.csv", csv_text(F2_CORRECTED))
    extraction = bench.extract(receivables_source(), CORRECTION)
    rows = bench.query(extraction, "SELECT receivable_id, amount, source FROM landing.receivables ORDER BY 1")
    assert rows == [
        ("F1", Decimal("1210.50"), "ledger"),
        ("F2", Decimal("50.00"), "fixes"),
        ("F3", Decimal("150000.00"), "ledger"),
    ]
    assert [(file.file, file.landed, file.duplicates, file.quarantined) for file in extraction.files] == [
        ("exports/ledger.csv", 2, 1, 0),
        ("exports/fixes_1.csv", 0, 1, 0),
        ("exports/fixes_2.csv", 1, 0, 0),
    ]


def test_a_correction_of_nothing_is_quarantined(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/fixes_1.csv", csv_text(F2_CORRECTED, "C7;F77;02/04/2026;02/05/2026;EUR;70,00"))
    extraction = bench.extract(receivables_source(), CORRECTION)
    assert extraction.files[1].quarantined == 1
    euros = next(item for item in extraction.files[1].amounts if item.currency == "EUR")
    assert (euros.amount_in, euros.landed, euros.quarantined) == (Decimal(120), Decimal(50), Decimal(70))
    reasons = "SELECT file_row, reasons FROM landing.quarantine WHERE kind = 'quarantined'"
    assert bench.query(extraction, reasons) == [(2, ["corrects a row that no other source has"])]
