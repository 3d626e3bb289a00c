from __future__ import annotations

import pytest

from tasks.report.conservation import ConservationBroken, check_conservation

DISPUTE = "INSERT INTO ledger.disputes (dispute_id, company_id, customer_id, receivable_id, reason, opened_on, resolved_on) VALUES ('d', 'acme', 'C1'"
PROMISE = (
    "INSERT INTO segment.promises (promise_id, company_id, customer_id, receivable_id, amount, currency, state)"
    " VALUES ('p', 'acme', 'C1'"
)


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
        ("DELETE FROM ledger.reminders WHERE reminder_key = 'acme|C1'", "stands in the ledger once"),
        ("UPDATE ledger.reminders SET status = 'lost' WHERE reminder_key = 'acme|C1'", "stands in the ledger once"),
        (
            "INSERT INTO ledger.reminders SELECT * FROM ledger.reminders WHERE reminder_key = 'acme|C1'",
            "stands in the ledger once",
        ),
        (
            "UPDATE ledger.reminders SET total_amount = total_amount + 0.01 WHERE reminder_key = 'acme|C1'",
            "is what the run decided",
        ),
        (
            "UPDATE ledger.reminders SET item_count = 2, status = 'planned' WHERE reminder_key = 'acme|C1'",
            "is what the run decided",
        ),
        (
            "INSERT INTO ledger.reminders SELECT * REPLACE ('acme|C9' AS reminder_key, 'unknown' AS status) "
            "FROM ledger.reminders WHERE reminder_key = 'acme|C1'",
            "is what the run decided",
        ),
        (f"{DISPUTE}, 'F2', 'price', '2026-05-06', NULL)", "disputed"),
        (f"{DISPUTE}, NULL, 'price', '2026-05-01', '2026-05-07')", "disputed"),
        (
            "INSERT INTO ledger.holds VALUES ('h', 'acme', 'C1', NULL, 'x', 'ana', '2026-05-06', '2026-05-06')",
            "on hold",
        ),
        (f"{PROMISE}, 'F2', NULL, NULL, 'open')", "promised"),
        (f"{PROMISE}, NULL, NULL, 'EUR', 'open')", "promised"),
        ("INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', 'email', '2026-05-06')", "a channel that was refused"),
        ("INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', NULL, '2026-01-01')", "a channel that was refused"),
        ("UPDATE staging.settlements SET open_amount = 0 WHERE receivable_id = 'F2'", "payments settle"),
        ("UPDATE staging.settlements SET settled_on = '2026-05-06' WHERE receivable_id = 'F2'", "payments settle"),
        ("UPDATE ledger.reminders SET status = 'lost' WHERE reminder_key = 'acme|C1'", "known state"),
    ],
)
def test_a_broken_law_is_named_with_an_example(work, damage, law) -> None:
    work.execute(damage)
    with pytest.raises(ConservationBroken, match=law):
        check_conservation(work)


@pytest.mark.parametrize(
    "harmless",
    [
        f"{DISPUTE}, 'F1', 'price', '2026-05-01', NULL)",
        f"{DISPUTE}, 'F2', 'price', '2026-05-01', '2026-05-06')",
        "INSERT INTO ledger.holds VALUES ('h', 'acme', 'C1', NULL, 'x', 'ana', '2026-05-01', '2026-05-05')",
        f"{PROMISE}, 'F2', NULL, NULL, 'broken')",
        f"{PROMISE}, NULL, NULL, 'CLP', 'open')",
        f"{PROMISE}, NULL, 5, 'EUR', 'open')",
        "INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', 'letter', '2026-05-01')",
        "INSERT INTO ledger.opt_outs VALUES ('acme', 'C2', NULL, '2026-05-01')",
        # Said by another run of the day, before the dispute was known.
        "INSERT INTO ledger.disputes (dispute_id, company_id, customer_id, receivable_id, reason, opened_on)"
        " VALUES ('d', 'acme', 'C1', 'F2', 'x', '2026-05-06'); UPDATE ledger.reminders SET claim_token = 'other.0f'",
        "INSERT INTO ledger.disputes (dispute_id, company_id, customer_id, receivable_id, reason, opened_on)"
        " VALUES ('d', 'acme', 'C1', 'F2', 'x', '2026-05-06'); UPDATE ledger.reminders SET status = 'cancelled'",
    ],
)
def test_what_does_not_concern_the_messages_of_the_run_breaks_nothing(work, harmless) -> None:
    work.execute(harmless)
    check_conservation(work)


def test_all_broken_laws_are_told_at_once(work) -> None:
    work.execute("UPDATE landing.files SET landed = landed - 1")
    work.execute("DELETE FROM decide.decisions WHERE receivable_id = 'F3'")
    with pytest.raises(ConservationBroken) as caught:
        check_conservation(work)
    assert len(str(caught.value).splitlines()) == 2
    assert "'F3'" in str(caught.value)


THANKS = """
INSERT INTO thanks.messages BY NAME
SELECT * REPLACE ('acme|C1|thanks' AS reminder_key, 'thank_you' AS purpose) FROM decide.reminders WHERE reminder_key = 'acme|C1';
INSERT INTO thanks.items BY NAME
SELECT 'acme|C1|thanks' AS reminder_key, 'acme' AS company_id, 'C1' AS customer_id, receivable_id, 0 AS open_amount, amount AS paid_amount
FROM staging.settlements WHERE receivable_id = 'F1';
UPDATE thanks.messages SET total_amount = (SELECT sum(paid_amount) FROM thanks.items);
INSERT INTO ledger.reminders BY NAME
SELECT * REPLACE ('acme|C1|thanks' AS reminder_key, 'thank_you' AS purpose, (SELECT sum(paid_amount) FROM thanks.items) AS total_amount)
FROM ledger.reminders WHERE reminder_key = 'acme|C1';
"""


def test_thanks_balance_beside_the_reminders_and_a_promise_is_not_against_them(work) -> None:
    work.execute(THANKS)
    work.execute(f"{PROMISE}, 'F1', NULL, NULL, 'open')")
    check_conservation(work)


@pytest.mark.parametrize(
    ("damage", "law"),
    [
        ("UPDATE thanks.items SET paid_amount = paid_amount - 0.01", "lists what is paid"),
        ("UPDATE staging.settlements SET open_amount = 1 WHERE receivable_id = 'F1'", "lists what is paid"),
        ("UPDATE thanks.messages SET total_amount = total_amount + 1", "lists what is paid"),
        ("DELETE FROM thanks.items", "lists what is paid"),
        ("DELETE FROM ledger.reminders WHERE purpose = 'thank_you'", "stands in the ledger once"),
        (f"{DISPUTE}, 'F1', 'price', '2026-05-06', NULL)", "disputed"),
    ],
)
def test_thanks_for_what_is_not_paid_or_is_disputed_are_found(work, damage, law) -> None:
    work.execute(THANKS)
    check_conservation(work)
    work.execute(damage)
    with pytest.raises(ConservationBroken, match=law):
        check_conservation(work)
