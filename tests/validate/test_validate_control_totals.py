"""Control totals: the landed rows tie to what the accounting system states, to the cent and per currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.problems import DatasetRejected, SettingsProblem


@pytest.fixture
def ledger(landing):
    """300 EUR and 1,000 CLP landed, 50 EUR in quarantine, 100 EUR a duplicate."""
    rows = [
        {},
        {"receivable_id": "R2", "amount": Decimal(200)},
        {"receivable_id": "R3", "currency": "CLP", "amount": Decimal(1000)},
    ]
    landing.source("ledger", "receivables", rows, max_reject_share=0.5)
    landing.reject("ledger", "quarantined", [{"amount": Decimal(50)}]).reject("ledger", "duplicates", [{}])
    return landing


def with_totals(landing, *lines: str, tolerance: str = "0.00", header: str = "source,currency,rows,amount"):
    (landing.folder / "totals.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    landing.settings = {"control_totals": "totals.csv", "control_tolerance": tolerance}
    return landing


def rejection(landing) -> list[str]:
    with pytest.raises(DatasetRejected) as caught:
        landing.validate()
    return [problem.what for problem in caught.value.problems]


def test_totals_that_tie_let_the_run_go_on(ledger):
    with_totals(ledger, "ledger,EUR,2,300.00", "ledger,CLP,1,1000")
    assert ledger.validate().warnings == ()


def test_a_difference_is_shown_with_where_it_comes_from(ledger):
    with_totals(ledger, "ledger,EUR,,360.00", "ledger,CLP,,1000")
    assert rejection(ledger) == [
        "the control totals state a total of EUR 360.00, but the rows that landed sum to 300.00, a difference of 60.00; "
        "50.00 is in quarantine and 100.00 in duplicates, with the quarantined rows the difference would be 10.00"
    ]


def test_totals_that_count_the_quarantined_rows_tie_too(ledger):
    with_totals(ledger, "ledger,EUR,3,350.00", "ledger,CLP,1,1000")
    assert ledger.validate().warnings == ()


def test_a_duplicate_counted_twice_does_not_tie(ledger):
    with_totals(ledger, "ledger,EUR,3,400.00", "ledger,CLP,1,1000")
    assert rejection(ledger)[0].startswith("the control totals state 3 rows in EUR, but 2 landed")
    assert "difference of 100.00; 50.00 is in quarantine and 100.00 in duplicates" in rejection(ledger)[1]


def test_rows_and_amount_of_a_line_count_the_same_rows(ledger):
    with_totals(ledger, "ledger,EUR,2,350.00", "ledger,CLP,1,1000")
    (problem,) = rejection(ledger)
    assert problem.startswith("the control totals state 2 rows in EUR, but 2 landed")


def test_a_currency_with_nothing_in_quarantine_must_tie_with_what_landed(ledger):
    with_totals(ledger, "ledger,EUR,3,350.00", "ledger,CLP,1,1050")
    (problem,) = rejection(ledger)
    assert "CLP 1,050.00, but the rows that landed sum to 1,000.00" in problem


def test_refused_rows_of_two_currencies_tie_by_their_amounts(ledger):
    ledger.reject("ledger", "quarantined", [{"amount": Decimal(50)}, {"currency": "CLP", "amount": Decimal(9)}])
    with_totals(ledger, "ledger,EUR,3,350.00", "ledger,CLP,2,1009")
    assert ledger.validate().warnings == ()
    with_totals(ledger, "ledger,EUR,5,350.00", "ledger,CLP,2,1009")
    (problem,) = rejection(ledger)
    assert problem.startswith("the control totals state 5 rows in EUR, but 2 landed")


def test_a_refused_row_whose_amount_cannot_be_read_explains_no_amount(ledger):
    ledger.reject("ledger", "quarantined", [{"currency": "?", "amount": Decimal(0)}])
    with_totals(ledger, "ledger,EUR,3,350.00", "ledger,CLP,1,1000")
    assert any("some rejected rows have no readable amount" in problem for problem in rejection(ledger))


def test_one_cent_stops_the_run(ledger):
    with_totals(ledger, "ledger,EUR,2,300.01", "ledger,CLP,1,1000")
    (problem,) = rejection(ledger)
    assert "a difference of 0.01" in problem


def test_a_difference_within_the_tolerance_is_accepted_and_the_rows_only_warn(ledger):
    with_totals(ledger, "ledger,EUR,4,350.00", "ledger,CLP,1,1000", tolerance="50.00")
    (warning,) = ledger.validate().warnings
    assert "the control totals state 4 rows in EUR, but 2 landed, a difference of 2" in warning.what


def test_another_number_of_rows_stops_the_run(ledger):
    with_totals(ledger, "ledger,EUR,3,300.00", "ledger,CLP,1,1000")
    (problem,) = rejection(ledger)
    assert problem.endswith("of all its rows 1 are in quarantine and 1 are duplicates")


def test_a_currency_that_the_totals_do_not_know_stops_the_run(ledger):
    with_totals(ledger, "ledger,EUR,2,300.00")
    (problem,) = rejection(ledger)
    assert problem.startswith("the control totals state a total of CLP 0.00, but the rows that landed sum to 1,000.00")


def test_a_currency_that_did_not_land_stops_the_run(ledger):
    with_totals(ledger, "ledger,EUR,2,300.00", "ledger,CLP,1,1000", "ledger,MXN,1,10")
    assert [problem.split(";")[0] for problem in rejection(ledger)] == [
        "the control totals state 1 rows in MXN, but 0 landed, a difference of 1",
        "the control totals state a total of MXN 10.00, but the rows that landed sum to 0.00, a difference of 10.00",
    ]


def test_a_line_without_a_currency_counts_all_rows_of_the_source(ledger):
    ledger.source("master", "customers", [{}])
    with_totals(ledger, "master,,2,", "ledger,EUR,2,300.00", "ledger,CLP,1,1000")
    (problem,) = rejection(ledger)
    assert problem.startswith("the control totals state 2 rows, but 1 landed")


def test_rows_without_a_currency_may_count_all_that_are_in_quarantine(ledger):
    ledger.source("master", "customers", [{}], max_reject_share=1).reject("master", "quarantined", [{}, {}])
    others = ("ledger,EUR,2,300.00", "ledger,CLP,1,1000")
    for rows in (1, 3):
        assert with_totals(ledger, f"master,,{rows},", *others).validate().warnings == ()
    with_totals(ledger, "master,,2,", *others)
    (problem,) = rejection(ledger)
    assert problem.startswith("the control totals state 2 rows, but 1 landed")


def test_sources_without_totals_are_not_compared(ledger):
    ledger.source("bank", "payments", [{}])
    with_totals(ledger, "ledger,EUR,2,300.00", "ledger,CLP,1,1000")
    assert ledger.validate().warnings == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ledgr,EUR,2,300", "line 2: 'ledgr' is not a source of puntual.yaml; did you mean ledger?"),
        ("ledger,ERU,2,300", r"line 2: 'ERU' is not a currency \(ISO 4217\); did you mean EUR"),
        ("ledger,EUR,2,300;00", "line 2: amount is not a number"),
        ("ledger,EUR,two,300", "line 2: rows is not a whole number"),
        ("ledger,euros,2,300", "line 2: currency is not three capital letters"),
        ("ledger,EUR,2", "line 2: has 3 fields, not 4"),
        ("ledger,EUR,2,NaN", "line 2: amount is not a number"),
        ("ledger,,2,300", "line 2: an amount needs its currency"),
    ],
)
def test_lines_that_cannot_be_used_are_named(ledger, line, found):
    with_totals(ledger, line)
    with pytest.raises(SettingsProblem, match=found):
        ledger.validate()


def test_another_header_is_refused(ledger):
    with_totals(ledger, "ledger;EUR;2;300", header="source;currency;rows;amount")
    with pytest.raises(SettingsProblem, match="has the header 'source;currency;rows;amount'"):
        ledger.validate()


def test_a_missing_file_is_refused(ledger):
    ledger.settings = {"control_totals": "nowhere.csv"}
    with pytest.raises(SettingsProblem, match=r"nowhere\.csv: cannot be read \(FileNotFoundError\)"):
        ledger.validate()
