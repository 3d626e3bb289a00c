"""The relations `ledger.*`: what the ledger knew on or before a run's day, as SQL reads it.

`ledger.reminders` and `ledger.runs`, which only `mart` reads, are declared by the ledger whose tables they mirror.
"""

from __future__ import annotations

from collections.abc import Mapping

from tasks.warehouse.column_types import DEBTOR, MONEY, Columns

LEDGER_INPUTS: Mapping[str, Columns] = {
    "ledger.sent_steps": {
        **DEBTOR,
        "receivable_id": "VARCHAR",
        "step": "VARCHAR",
        "channel": "VARCHAR",
        "sent_on": "DATE",
        "delivery": "VARCHAR",
    },
    "ledger.thanks": {**DEBTOR, "receivable_id": "VARCHAR", "thanked_on": "DATE"},
    "ledger.contact_days": {**DEBTOR, "channel": "VARCHAR", "contacted_on": "DATE"},
    "ledger.promises": {
        "promise_id": "VARCHAR",
        **DEBTOR,
        "receivable_id": "VARCHAR",
        "amount": MONEY,
        "currency": "VARCHAR",
        "promised_for": "DATE",
        "recorded_on": "DATE",
        "plan_id": "VARCHAR",
        "plan_amount": MONEY,
    },
    "ledger.disputes": {
        "dispute_id": "VARCHAR",
        **DEBTOR,
        "receivable_id": "VARCHAR",
        "reason": "VARCHAR",
        "opened_on": "DATE",
        "resolved_on": "DATE",
        "recorded_on": "DATE",
        "kind": "VARCHAR",
        "amount": MONEY,
        "currency": "VARCHAR",
    },
    "ledger.holds": {
        "hold_id": "VARCHAR",
        **DEBTOR,
        "receivable_id": "VARCHAR",
        "reason": "VARCHAR",
        "author": "VARCHAR",
        "from_on": "DATE",
        "until_on": "DATE",
    },
    "ledger.customer_flags": {
        "flag_id": "VARCHAR",
        **DEBTOR,
        "kind": "VARCHAR",
        "reason": "VARCHAR",
        "author": "VARCHAR",
        "from_on": "DATE",
        "until_on": "DATE",
    },
    "ledger.opt_outs": {**DEBTOR, "channel": "VARCHAR", "from_on": "DATE"},
    "ledger.contact_marks": {
        "mark_id": "VARCHAR",
        **DEBTOR,
        "contact_id": "VARCHAR",
        "channel": "VARCHAR",
        "address": "VARCHAR",
        "kind": "VARCHAR",
        "from_on": "DATE",
    },
    "ledger.confirmations": {**DEBTOR, "receivable_id": "VARCHAR", "kind": "VARCHAR", "confirmed_on": "DATE"},
    "ledger.duty_entries": {
        "entry_id": "VARCHAR",
        **DEBTOR,
        "receivable_id": "VARCHAR",
        "contact_id": "VARCHAR",
        "duty": "VARCHAR",
        "is_met": "BOOLEAN",
        "noted_on": "DATE",
    },
    "ledger.contact_results": {
        "result_id": "VARCHAR",
        **DEBTOR,
        "contact_id": "VARCHAR",
        "reminder_key": "VARCHAR",
        "channel": "VARCHAR",
        "result": "VARCHAR",
        "is_contact": "BOOLEAN",
        "contacted_on": "DATE",
        "promised_for": "DATE",
        "amount": MONEY,
        "currency": "VARCHAR",
    },
    "ledger.experiment_members": {
        **DEBTOR,
        "experiment": "VARCHAR",
        "arm": "VARCHAR",
        "segment": "VARCHAR",
        "assigned_on": "DATE",
    },
}
