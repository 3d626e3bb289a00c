"""Columns and types of what the ledger tells a run: the `ledger.*` relations of `docs/architecture.md`."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

_TEXT = pa.string()
_DAY = pa.date32()
_MONEY = pa.decimal128(18, 2)
MOMENT = pa.timestamp("us")  # in UTC; DuckDB needs an extension for timestamps with a zone
_COUNT = pa.int32()
_DEBTOR = {"company_id": _TEXT, "customer_id": _TEXT}
_ITEM = {**_DEBTOR, "receivable_id": _TEXT}

SCHEMAS: Mapping[str, pa.Schema] = {
    "ledger.sent_steps": pa.schema({**_ITEM, "step": _TEXT, "channel": _TEXT, "sent_on": _DAY, "delivery": _TEXT}),
    "ledger.thanks": pa.schema({**_ITEM, "thanked_on": _DAY}),
    "ledger.contact_days": pa.schema({**_DEBTOR, "channel": _TEXT, "contacted_on": _DAY}),
    "ledger.promises": pa.schema(
        {
            "promise_id": _TEXT,
            **_ITEM,
            "amount": _MONEY,
            "currency": _TEXT,
            "promised_for": _DAY,
            "recorded_on": _DAY,
            "plan_id": _TEXT,
            "plan_amount": _MONEY,
        }
    ),
    "ledger.disputes": pa.schema(
        {
            "dispute_id": _TEXT,
            **_ITEM,
            "reason": _TEXT,
            "opened_on": _DAY,
            "resolved_on": _DAY,
            "recorded_on": _DAY,
            "kind": _TEXT,
            "amount": _MONEY,
            "currency": _TEXT,
        }
    ),
    "ledger.holds": pa.schema(
        {"hold_id": _TEXT, **_ITEM, "reason": _TEXT, "author": _TEXT, "from_on": _DAY, "until_on": _DAY}
    ),
    "ledger.opt_outs": pa.schema({**_DEBTOR, "channel": _TEXT, "from_on": _DAY}),
    "ledger.contact_marks": pa.schema(
        {
            "mark_id": _TEXT,
            **_DEBTOR,
            "contact_id": _TEXT,
            "channel": _TEXT,
            "address": _TEXT,
            "kind": _TEXT,
            "from_on": _DAY,
        }
    ),
    "ledger.confirmations": pa.schema({**_ITEM, "kind": _TEXT, "confirmed_on": _DAY}),
    "ledger.duty_entries": pa.schema(
        {"entry_id": _TEXT, **_ITEM, "contact_id": _TEXT, "duty": _TEXT, "is_met": pa.bool_(), "noted_on": _DAY}
    ),
    "ledger.customer_flags": pa.schema(
        {
            "flag_id": _TEXT,
            **_DEBTOR,
            "kind": _TEXT,
            "reason": _TEXT,
            "author": _TEXT,
            "from_on": _DAY,
            "until_on": _DAY,
        }
    ),
    "ledger.contact_results": pa.schema(
        {
            "result_id": _TEXT,
            **_DEBTOR,
            "contact_id": _TEXT,
            "reminder_key": _TEXT,
            "channel": _TEXT,
            "result": _TEXT,
            "is_contact": pa.bool_(),
            "contacted_on": _DAY,
            "promised_for": _DAY,
            "amount": _MONEY,
            "currency": _TEXT,
        }
    ),
    "ledger.experiment_members": pa.schema(
        {**_DEBTOR, "experiment": _TEXT, "arm": _TEXT, "segment": _TEXT, "assigned_on": _DAY}
    ),
    "ledger.reminders": pa.schema(
        {
            "reminder_key": _TEXT,
            "reminder_id": _TEXT,
            "run_id": _TEXT,
            **_DEBTOR,
            "contact_id": _TEXT,
            "contact_role": _TEXT,
            "channel": _TEXT,
            "currency": _TEXT,
            "step": _TEXT,
            "step_rank": _COUNT,
            "purpose": _TEXT,
            "tone": _TEXT,
            "language": _TEXT,
            "segment": _TEXT,
            "strategy_version": _TEXT,
            "item_count": _COUNT,
            "total_amount": _MONEY,
            "needs_approval": pa.bool_(),
            "batch_number": _COUNT,
            "variant": _TEXT,
            "as_of": _DAY,
            "status": _TEXT,
            "status_reason": _TEXT,
            "claim_token": _TEXT,
            "claimed_at": MOMENT,
            "settled_at": MOMENT,
            "provider": _TEXT,
            "provider_message_id": _TEXT,
            "attempts": _COUNT,
            "content_hash": _TEXT,
        }
    ),
    "ledger.runs": pa.schema(
        {
            "run_id": _TEXT,
            "company_id": _TEXT,
            "as_of": _DAY,
            "mode": _TEXT,
            "status": _TEXT,
            "started_at": MOMENT,
            "finished_at": MOMENT,
            "strategy_version": _TEXT,
            "counts": _TEXT,
            "warehouse": _TEXT,
        }
    ),
}
"""Columns and types of each relation, in order."""
