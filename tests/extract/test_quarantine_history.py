"""What became of refused rows from one delivery to the next."""

from __future__ import annotations

import datetime
import shutil

import pytest

from tasks.extract import Extraction, extract
from tests.extract.bench import ROWS, Bench, csv_text, receivables_source

BAD = "C1;F2;31/02/2026;02/05/2026;EUR;99,90"
CORRECTED = "C1;F2;28/02/2026;02/05/2026;EUR;99,90"
UNREADABLE = "C1;;03/04/2026;02/05/2026;EUR;7,00"
STATE = """
    SELECT row_key, status, day(first_seen_on), day(last_seen_on), day(closed_on), is_new, is_just_closed FROM (
        SELECT *, regexp_extract(raw_row, 'F[0-9]') AS row_key FROM landing.quarantine_history
    ) ORDER BY ALL
"""


def deliver(bench: Bench, day: int, *rows: str, **changes: object) -> Extraction:
    bench.write("exports/ledger.csv", csv_text(*rows))
    return run(bench, day, receivables_source(**changes))


def run(bench: Bench, day: int, *sources: dict[str, object]) -> Extraction:
    return extract(bench.settings(*sources), as_of=datetime.date(2026, 5, day))


def test_a_corrected_delivery_closes_the_row_with_its_day(bench: Bench) -> None:
    assert bench.query(deliver(bench, 4, ROWS[0], BAD), STATE) == [("F2", "open", 4, 4, None, True, False)]
    assert bench.query(deliver(bench, 6, ROWS[0], CORRECTED), STATE) == [("F2", "corrected", 4, 4, 6, False, True)]
    later = deliver(bench, 7, ROWS[0])
    assert bench.query(later, STATE) == [("F2", "corrected", 4, 4, 6, False, False)]


def test_a_row_that_stays_wrong_is_the_same_row_wherever_it_stands(bench: Bench) -> None:
    deliver(bench, 4, ROWS[0], BAD)
    again = deliver(bench, 5, BAD.replace("31/02", "30/02"), ROWS[2], ROWS[0])
    assert bench.query(again, STATE) == [("F2", "open", 4, 5, None, False, False)]
    assert bench.query(again, "SELECT file_row, currency, amount::VARCHAR FROM landing.quarantine_history") == [
        (1, "EUR", "99.90")
    ]


def test_a_row_without_a_readable_key_is_known_by_its_text(bench: Bench) -> None:
    deliver(bench, 4, UNREADABLE)
    assert bench.query(deliver(bench, 5, ROWS[0], UNREADABLE), STATE) == [("", "open", 4, 5, None, False, False)]
    assert bench.query(deliver(bench, 6, ROWS[0]), STATE) == [("", "gone", 4, 5, 6, False, True)]


def test_the_same_delivery_again_changes_nothing(bench: Bench) -> None:
    deliver(bench, 4, ROWS[0], BAD)
    before = sorted(path.name for path in bench.root.glob(".puntual/landing/receivables/*"))
    assert bench.query(deliver(bench, 9, ROWS[0], BAD), STATE) == [("F2", "open", 4, 4, None, True, False)]
    assert sorted(path.name for path in bench.root.glob(".puntual/landing/receivables/*")) == before


def test_a_replay_moves_no_day_back(bench: Bench) -> None:
    deliver(bench, 6, ROWS[0], BAD)
    assert bench.query(deliver(bench, 3, ROWS[0]), STATE) == [("F2", "gone", 6, 6, 6, False, True)]


def test_a_row_that_comes_back_is_open_again_and_new(bench: Bench) -> None:
    for day, row in ((4, BAD), (5, CORRECTED)):
        deliver(bench, day, ROWS[0], row)
    assert bench.query(deliver(bench, 6, ROWS[0], BAD), STATE) == [("F2", "open", 4, 6, None, True, False)]


def test_another_mapping_of_the_same_file_is_no_correction_of_the_export(bench: Bench) -> None:
    odd = "C1;F2;2026-04-02;02/05/2026;EUR;99,90"
    deliver(bench, 4, ROWS[0], odd)
    landed = deliver(bench, 5, ROWS[0], odd, dates=["%d/%m/%Y", "%Y-%m-%d"])
    assert bench.query(landed, STATE) == [("F2", "superseded mapping", 4, 4, 5, False, True)]


def test_of_an_increment_a_later_file_corrects_though_the_earlier_one_is_still_there(bench: Bench) -> None:
    source = receivables_source(path="exports/ledger_*.csv", delivery="increment")
    bench.write("exports/ledger_1.csv", csv_text(ROWS[0], BAD))
    run(bench, 4, source)
    bench.write("exports/ledger_2.csv", csv_text(ROWS[2]))
    assert bench.query(run(bench, 5, source), STATE) == [("F2", "open", 4, 4, None, False, False)]
    bench.write("exports/ledger_3.csv", csv_text(CORRECTED))
    landed = run(bench, 6, source)
    assert bench.query(landed, STATE) == [("F2", "corrected", 4, 4, 6, False, True)]
    assert bench.query(landed, "SELECT count(*) FROM landing.quarantine WHERE kind = 'quarantined'") == [(1,)]


def test_a_row_refused_after_it_landed_is_open(bench: Bench) -> None:
    source = receivables_source(path="exports/ledger_*.csv", delivery="increment")
    bench.write("exports/ledger_1.csv", csv_text(CORRECTED))
    bench.write("exports/ledger_2.csv", csv_text(BAD))
    assert bench.query(run(bench, 4, source), STATE) == [("F2", "open", 4, 4, None, True, False)]


def test_lists_of_open_items_tell_their_days_by_their_names(bench: Bench) -> None:
    day = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    source = receivables_source(path="exports/open_*.csv", delivery="open_items", delivered_on=day)
    bench.write("exports/open_20260501.csv", csv_text(ROWS[0], BAD, "C1;F4;31/02/2026;02/05/2026;EUR;1,00"))
    bench.write("exports/open_20260502.csv", csv_text(ROWS[0], BAD))
    bench.write("exports/open_20260503.csv", csv_text(ROWS[0], CORRECTED))
    assert bench.query(run(bench, 9, source), STATE) == [
        ("F2", "corrected", 1, 2, 3, False, False),
        ("F4", "gone", 1, 1, 2, False, False),
    ]


def test_a_correction_closes_the_row_of_another_source(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(ROWS[0], BAD))
    bench.write("exports/corrections.csv", csv_text(ROWS[0]))
    correction = receivables_source(name="corrections", path="exports/corrections.csv", delivery="correction")
    run(bench, 4, receivables_source(), correction)
    bench.write("exports/corrections.csv", csv_text(ROWS[0], CORRECTED))
    landed = run(bench, 5, receivables_source(), correction)
    assert bench.query(landed, STATE) == [("F2", "corrected", 4, 4, 5, False, True)]
    assert bench.query(landed, "SELECT source FROM landing.receivables WHERE receivable_id = 'F2'") == [
        ("corrections",)
    ]


def test_rows_of_deliveries_that_were_removed_are_forgotten(bench: Bench) -> None:
    deliver(bench, 4, ROWS[0], BAD)
    for folder in bench.root.glob(".puntual/landing/receivables/ledger/*"):
        shutil.rmtree(folder)
    assert bench.query(deliver(bench, 5, ROWS[0]), STATE) == []


@pytest.mark.parametrize("broken", ["{", '{"format": 0}'])
def test_an_account_that_cannot_be_read_begins_anew(bench: Bench, broken: str) -> None:
    deliver(bench, 4, ROWS[0], BAD)
    (manifest,) = bench.root.glob(".puntual/landing/receivables/refused-*/manifest.json")
    manifest.write_text(broken)
    assert bench.query(deliver(bench, 5, ROWS[0], BAD), STATE) == [("F2", "open", 5, 5, None, True, False)]


def test_only_the_newest_two_accounts_stay(bench: Bench) -> None:
    for day in range(1, 6):
        deliver(bench, day, *ROWS[: day % 3], BAD)
    folders = sorted(path.name for path in bench.root.glob(".puntual/landing/receivables/refused-*"))
    assert folders == ["refused-000004", "refused-000005"]
