"""The small tables `policy.*` that a strategy itself is written to, and their columns; `tasks/segment/policy.py` fills them.

Tables, all `policy.`:

* `parameters`, one row: `strategy_version VARCHAR, tolerance_days INTEGER, payments_fresh_within_days INTEGER (NULL: not looked
  at), cap_contacts INTEGER, cap_per_days INTEGER (both NULL: no cap), promise_grace_days INTEGER,
  pay_run_days INTEGER (NULL: not waited for), pay_run_lead_days INTEGER (NULL: no step comes earlier for a run), batch_size INTEGER`.
* `channel_caps`: `channel, cap_contacts INTEGER, cap_per_days INTEGER`, beside the cap over all channels.
* `minimum_amounts`: `currency, minimum_amount DECIMAL(18,2)`; a currency that is not listed has no minimum.
* `segments`: `segment_rank INTEGER (1 is tried first), segment, ladder (NULL: left in peace)`.
* `segment_conditions`: `segment_rank, condition_number INTEGER, fact, currency (amounts only), words VARCHAR[], is_excluded BOOLEAN
  (words that must not be found), at_least, at_most DECIMAL(18,4)`. Rows of the same segment and number are alternatives, one per currency.
* `ladders`: `ladder, on_part_payment ('continue'|'restart'|'wait'), part_payment_days INTEGER (of 'wait')`.
* `steps`: `ladder, step_rank INTEGER (1 is the first), step, anchor, days INTEGER, after_step, event (of after_event), repeat_every
  INTEGER, repeat_at_most INTEGER, purpose, phase ('before'|'due'|'after'|'any' side of the due date that the purpose belongs to), family
  (what may stand in one message), announced_by (the step that must have been said before; NULL: none must), is_announcing BOOLEAN (another
  step is announced by it), link (the confirmation it asks
  for; NULL: none), is_next_link BOOLEAN (said only where that is the first one missing), is_first_reminder BOOLEAN
  (the first that speaks of a delay), tolerance_days INTEGER (of the ladder), tone, channel (the first wanted), contact_role,
  needs_approval BOOLEAN, deadline_days INTEGER (that the message gives), next_days INTEGER (days until what the step announces can
  follow; NULL: it announces nothing), later_purposes VARCHAR[] (what may follow it: purposes of the steps below, and a suspension by
  the credit policy)`.
* `step_channels`: `ladder, step_rank, channel, preference INTEGER (1 is best), is_fallback BOOLEAN`.
* `channels`: `channel, is_work BOOLEAN (done by people)`.
* `overrides`: `override_number INTEGER, customer_id, receivable_id (one of both), segment_rank INTEGER, segment (both NULL: the segment
  stays), ladder (NULL: left in peace), until_on DATE (included), reason, author`.
* `contact_roles`: `contact_role` (asked for), `role` (of the contact), `preference INTEGER` (1 is best).
* `quiet_days`: `country` ('' where a customer's is not known), `day, why, next_open_on`.
* `reasons`: `decision, reason, precedence INTEGER` of the closed list.
"""

from __future__ import annotations

from collections.abc import Mapping

from tasks.warehouse.column_types import MONEY, Columns

TABLES: Mapping[str, Columns] = {
    "policy.parameters": {
        "strategy_version": "VARCHAR",
        "tolerance_days": "INTEGER",
        "payments_fresh_within_days": "INTEGER",
        "cap_contacts": "INTEGER",
        "cap_per_days": "INTEGER",
        "promise_grace_days": "INTEGER",
        "pay_run_days": "INTEGER",
        "pay_run_lead_days": "INTEGER",
        "batch_size": "INTEGER",
    },
    "policy.channel_caps": {"channel": "VARCHAR", "cap_contacts": "INTEGER", "cap_per_days": "INTEGER"},
    "policy.minimum_amounts": {"currency": "VARCHAR", "minimum_amount": MONEY},
    "policy.segments": {"segment_rank": "INTEGER", "segment": "VARCHAR", "ladder": "VARCHAR"},
    "policy.segment_conditions": {
        "segment_rank": "INTEGER",
        "condition_number": "INTEGER",
        "fact": "VARCHAR",
        "currency": "VARCHAR",
        "words": "VARCHAR[]",
        "is_excluded": "BOOLEAN",
        "at_least": "DECIMAL(18,4)",
        "at_most": "DECIMAL(18,4)",
    },
    "policy.ladders": {"ladder": "VARCHAR", "on_part_payment": "VARCHAR", "part_payment_days": "INTEGER"},
    "policy.steps": {
        "ladder": "VARCHAR",
        "step_rank": "INTEGER",
        "step": "VARCHAR",
        "anchor": "VARCHAR",
        "days": "INTEGER",
        "after_step": "VARCHAR",
        "event": "VARCHAR",
        "repeat_every": "INTEGER",
        "repeat_at_most": "INTEGER",
        "purpose": "VARCHAR",
        "phase": "VARCHAR",
        "family": "VARCHAR",
        "announced_by": "VARCHAR",
        "is_announcing": "BOOLEAN",
        "link": "VARCHAR",
        "is_next_link": "BOOLEAN",
        "is_first_reminder": "BOOLEAN",
        "tolerance_days": "INTEGER",
        "tone": "VARCHAR",
        "channel": "VARCHAR",
        "contact_role": "VARCHAR",
        "needs_approval": "BOOLEAN",
        "deadline_days": "INTEGER",
        "next_days": "INTEGER",
        "later_purposes": "VARCHAR[]",
    },
    "policy.step_channels": {
        "ladder": "VARCHAR",
        "step_rank": "INTEGER",
        "channel": "VARCHAR",
        "preference": "INTEGER",
        "is_fallback": "BOOLEAN",
    },
    "policy.channels": {"channel": "VARCHAR", "is_work": "BOOLEAN"},
    "policy.overrides": {
        "override_number": "INTEGER",
        "customer_id": "VARCHAR",
        "receivable_id": "VARCHAR",
        "segment_rank": "INTEGER",
        "segment": "VARCHAR",
        "ladder": "VARCHAR",
        "until_on": "DATE",
        "reason": "VARCHAR",
        "author": "VARCHAR",
    },
    "policy.contact_roles": {"contact_role": "VARCHAR", "role": "VARCHAR", "preference": "INTEGER"},
    "policy.quiet_days": {"country": "VARCHAR", "day": "DATE", "why": "VARCHAR", "next_open_on": "DATE"},
    "policy.reasons": {"decision": "VARCHAR", "reason": "VARCHAR", "precedence": "INTEGER"},
}
"""The tables: name to columns."""
