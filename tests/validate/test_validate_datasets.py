"""The verdict on datasets: what stops a run, what only warns, and what the message says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tasks.problems import DatasetRejected
from tasks.validate.validation import validate

AS_OF = date(2026, 6, 30)


def rejection(landing) -> list[str]:
    """The problems of the rejected dataset, as text."""
    with pytest.raises(DatasetRejected) as caught:
        landing.validate()
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def ledger(landing):
    """One sound source of receivables."""
    return landing.source("ledger", "receivables", [{"receivable_id": f"R{number}"} for number in range(20)])


def test_sound_data_pass_every_check_and_the_pages_are_written(landing):
    landing.source("ledger", "receivables", [{}, {"receivable_id": "R2"}], fresh_within_days=30)
    landing.source("bank", "payments", [{}], fresh_within_days=1)
    landing.source("master", "customers", [{}]).source("people", "contacts", [{}])
    report = landing.validate()
    assert report.warnings == ()
    assert len(report.results) > 60
    assert [result.rule for result in report.results if not result.is_fulfilled] == []
    assert "landing.receivables" in report.data_docs.read_text(encoding="utf-8")


def test_contracts_without_a_source_are_not_judged(ledger):
    assert {result.relation for result in ledger.validate().results} == {
        "landing.receivables",
        "landing.files",
        "landing.file_amounts",
    }


def test_several_broken_rules_are_reported_together(landing):
    landing.source("ledger", "receivables", [], fresh_within_days=5).reject("ledger", "quarantined", [{}])
    problems = rejection(landing)
    assert any("no usable row" in problem for problem in problems)
    assert any("its age" in problem or "the age cannot be judged" in problem for problem in problems)
    assert any("1 of 1 rows are in quarantine" in problem for problem in problems)
    assert len(problems) == 3


def test_two_sources_with_the_same_key_stop_the_run(ledger):
    ledger.source("copy", "receivables", [{"receivable_id": "R1"}, {"receivable_id": "R3"}])
    assert rejection(ledger) == [
        "receivables: 2 rows with a key that another row has (company_id, receivable_id). "
        "Two sources deliver the same items: remove one of them from puntual.yaml, or narrow its path or query."
    ]


def test_the_same_number_at_two_companies_is_no_duplicate(ledger):
    ledger.source("other", "receivables", [{"receivable_id": "R1", "company_id": "beta"}])
    assert ledger.validate().warnings == ()


@pytest.mark.parametrize(
    ("newest", "is_fresh"),
    [(date(2026, 6, 30), True), (date(2026, 6, 27), True), (date(2026, 6, 26), False), (date(2026, 7, 1), False)],
    ids=["of the day", "at the limit", "a day too old", "only dated later"],
)
def test_freshness_looks_at_the_newest_row_dated_by_the_business_date(landing, newest, is_fresh):
    landing.source("ledger", "receivables", [{}])
    landing.source("bank", "payments", [{"paid_on": newest}], fresh_within_days=3)
    if is_fresh:
        assert landing.validate().warnings == ()
    else:
        assert len(rejection(landing)) == 1


def test_a_stale_file_is_named_with_its_newest_date_its_age_and_the_limit(landing):
    rows = [{"paid_on": date(2026, 6, 12)}, {"payment_id": "P2", "paid_on": date(2027, 1, 1)}]
    landing.source("ledger", "receivables", [{}]).source("bank", "payments", rows, fresh_within_days=3)
    assert rejection(landing) == [
        "source bank (exports/bank.csv): stale: the newest paid_on is 2026-06-12, 18 days before 2026-06-30 (limit 3 days). "
        "Deliver the current export, or raise fresh_within_days of the source."
    ]


def test_freshness_is_judged_per_source(landing):
    landing.source("ledger", "receivables", [{"invoice_date": date(2026, 1, 1)}], fresh_within_days=30)
    landing.source("newer", "receivables", [{"receivable_id": "R2", "invoice_date": date(2026, 6, 29)}])
    (problem,) = rejection(landing)
    assert problem.startswith("source ledger (exports/ledger.csv): stale")


def test_a_freshness_that_nothing_can_be_judged_by_is_a_warning(ledger):
    ledger.source("master", "customers", [{}], fresh_within_days=5)
    (warning,) = ledger.validate().warnings
    assert "fresh_within_days has no effect" in str(warning)


def test_a_source_may_reject_up_to_its_share(landing):
    rows = [{"receivable_id": f"R{number}"} for number in range(9)]
    landing.source("ledger", "receivables", rows, max_reject_share=0.1).reject("ledger", "quarantined", [{}])
    assert landing.validate().warnings == ()


def test_too_many_rejects_stop_the_run_and_duplicates_do_not_count(landing):
    rows = [{"receivable_id": f"R{number}"} for number in range(7)]
    landing.source("ledger", "receivables", rows, max_reject_share=0.1)
    landing.reject("ledger", "quarantined", [{}, {}]).reject("ledger", "duplicates", [{}])
    (problem,) = rejection(landing)
    assert "2 of 10 rows are in quarantine: 20.0%, and at most 10.0% is accepted" in problem


def test_a_rule_with_severity_warning_is_counted_and_stops_nothing(landing):
    landing.source("ledger", "receivables", [{"due_date": date(2026, 5, 1)}, {"receivable_id": "R2"}])
    (warning,) = landing.validate().warnings
    assert str(warning).startswith(
        "receivables, column due_date: 1 row in which the due date is before the invoice date."
    )


def test_rows_that_extract_should_have_kept_out_stop_the_run(landing):
    landing.source("ledger", "receivables", [{"currency": "XBT"}, {"receivable_id": "R2", "amount": Decimal(0)}])
    problems = rejection(landing)
    assert [problem.split(".")[0] for problem in problems] == [
        "receivables, column amount: 1 row in which the amount is zero",
        "receivables, column currency: 1 row in which the currency is not a known ISO 4217 code",
    ]


def test_a_missing_required_value_stops_the_run(landing):
    landing.source("ledger", "receivables", [{"customer_id": None}])
    (problem,) = rejection(landing)
    assert problem.startswith("receivables, column customer_id: 1 row without a value in customer_id")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE landing.receivables DROP COLUMN customer_zone", "missing: customer_zone VARCHAR"),
        ("ALTER TABLE landing.receivables ADD COLUMN iban VARCHAR", "not in the contract: iban VARCHAR"),
        ("ALTER TABLE landing.receivables ALTER due_date TYPE VARCHAR", "not in the contract: due_date VARCHAR"),
    ],
    ids=["column missing", "column too many", "other type"],
)
def test_other_columns_than_the_contracts_stop_the_run(ledger, break_work_db, statement, found):
    ledger.write()
    break_work_db(ledger, statement)
    with pytest.raises(DatasetRejected, match=found):
        validate(ledger.workspace, work_db=ledger.work_db, as_of=AS_OF)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM landing.receivables WHERE receivable_id = 'R1'", "19 rows are there, 20 were landed"),
        ("UPDATE landing.files SET rows_in = 21", "1 rows are neither landed nor quarantined nor duplicates"),
        ("UPDATE landing.file_amounts SET amount_in = amount_in + 0.01", "0.01 .all currencies. is neither"),
        (
            "UPDATE landing.receivables SET amount = 99.99 WHERE receivable_id = 'R1'",
            "EUR 1,999.99 is there, EUR 2,000.00 was",
        ),
    ],
    ids=["row lost", "row not accounted for", "cent not accounted for", "amount changed"],
)
def test_nothing_is_lost_between_the_file_and_the_landed_rows(ledger, break_work_db, statement, found):
    ledger.write()
    break_work_db(ledger, statement)
    with pytest.raises(DatasetRejected, match=found):
        validate(ledger.workspace, work_db=ledger.work_db, as_of=AS_OF)


def test_rows_of_unknown_customers_are_counted_as_warnings(landing):
    landing.source("ledger", "receivables", [{}, {"receivable_id": "R2", "customer_id": "C2"}])
    landing.source("master", "customers", [{}]).source("people", "contacts", [{"customer_id": "C8"}])
    payments = [
        {"customer_id": "C2"},
        {"payment_id": "P2", "customer_id": "C9"},
        {"payment_id": "P3", "customer_id": None},
    ]
    landing.source("bank", "payments", payments)
    assert sorted(f"{warning.where}: {warning.what}" for warning in landing.validate().warnings) == [
        "contacts, column customer_id: 1 row whose customer is neither in the customers export nor in receivables",
        "payments, column customer_id: 1 row whose customer is neither in the customers export nor in receivables",
        "receivables, column customer_id: 1 row whose customer is not in the customers export",
    ]


def test_the_same_input_and_date_give_the_same_results(ledger):
    assert ledger.validate() == ledger.validate()


def test_the_file_can_be_opened_for_writing_right_after(ledger, break_work_db):
    ledger.validate()
    break_work_db(ledger, "CREATE TABLE landing.after_validation (x INTEGER)")


@pytest.mark.parametrize("options", [{"may_be_empty": True}, {"delivery": "increment"}])
def test_a_source_that_may_be_empty_stops_no_run(ledger, options):
    ledger.source("bank", "payments", [], **options).validate()


def test_an_empty_snapshot_of_payments_stops_the_run(ledger):
    problems = rejection(ledger.source("bank", "payments", []))
    assert problems == [problem for problem in problems if "no usable row" in problem]


def test_receivables_may_never_be_empty(landing):
    landing.source("ledger", "receivables", [], may_be_empty=True, delivery="increment")
    assert any("no usable row" in problem for problem in rejection(landing))
