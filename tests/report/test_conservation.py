from __future__ import annotations

import pytest

from tasks.report.conservation import ConservationBroken, check_conservation


def test_books_that_balance_pass(work) -> None:
    check_conservation(work)


@pytest.mark.parametrize(
    ("damage", "law"),
    [
        ("UPDATE landing.files SET landed = landed - 1 WHERE source = 'bank'", "rows in = landed"),
        ("UPDATE landing.file_amounts SET amount_landed = amount_landed - 0.01 WHERE source = 'bank'", "to the cent"),
        ("DELETE FROM landing.quarantine WHERE file_row = 8", "rows in quarantine"),
        ("DELETE FROM landing.quarantine WHERE kind = 'duplicate'", "rows in quarantine"),
        ("DELETE FROM staging.receivables WHERE receivable_id = 'F1'", "is staged once"),
        ("UPDATE staging.receivables SET amount = amount + 0.01 WHERE receivable_id = 'F1'", "is staged once"),
        ("INSERT INTO staging.payments SELECT * FROM staging.payments WHERE payment_id = 'P1'", "is staged once"),
        ("DELETE FROM decide.decisions WHERE receivable_id = 'F3'", "exactly one decision"),
        (
            "INSERT INTO decide.decisions SELECT * FROM decide.decisions WHERE receivable_id = 'F3'",
            "exactly one decision",
        ),
        ("UPDATE decide.decisions SET decision = 'maybe' WHERE receivable_id = 'F3'", "exactly one decision"),
        ("DELETE FROM decide.reminder_items", "exactly one message"),
        ("UPDATE decide.reminder_items SET open_amount = 1", "with its open amount"),
        ("DELETE FROM decide.reminders", "exactly one message"),
        ("DELETE FROM ledger.reminders WHERE reminder_key = 'acme|C1'", "is in the ledger"),
        ("UPDATE ledger.reminders SET status = 'lost' WHERE reminder_key = 'acme|C1'", "known state"),
    ],
)
def test_a_broken_law_is_named_with_an_example(work, damage, law) -> None:
    work.execute(damage)
    with pytest.raises(ConservationBroken, match=law):
        check_conservation(work)


def test_all_broken_laws_are_told_at_once(work) -> None:
    work.execute("UPDATE landing.files SET landed = landed - 1")
    work.execute("DELETE FROM decide.decisions WHERE receivable_id = 'F3'")
    with pytest.raises(ConservationBroken) as caught:
        check_conservation(work)
    assert len(str(caught.value).splitlines()) == 2
    assert "'F3'" in str(caught.value)
