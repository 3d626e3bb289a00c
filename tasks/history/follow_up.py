"""Whom to call: debtors who were written to, did not pay within some days, and of whom nobody heard since (003-03, 003-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.warehouse.connection import Connection

# Only what arrived or may have arrived counts as said, and only claims: a courtesy before the due date asks for no call. A contact, a
# promise that has not run out, a dispute or a hold means that somebody has heard of the debtor. Nobody is called who wants no calls, nor
# whom strategies leave in peace or only his lawyer is written to (docs/strategy.md, Flags).
_FOLLOW_UPS = """
WITH said AS (
    SELECT company_id, customer_id, receivable_id, max(sent_on) AS said_on, arg_max(step, sent_on) AS step
    FROM ledger.sent_steps
    WHERE delivery <> 'returned'
    GROUP BY company_id, customer_id, receivable_id
),

heard AS (
    SELECT company_id, customer_id, NULL::VARCHAR AS receivable_id, contacted_on AS heard_on, DATE '9999-12-31' AS until_on
    FROM ledger.contact_results WHERE is_contact
    UNION ALL
    SELECT company_id, customer_id, receivable_id, recorded_on, promised_for FROM ledger.promises
    UNION ALL
    SELECT company_id, customer_id, receivable_id, opened_on, coalesce(resolved_on - 1, DATE '9999-12-31') FROM ledger.disputes
    UNION ALL
    SELECT company_id, customer_id, receivable_id, from_on, coalesce(until_on, DATE '9999-12-31') FROM ledger.holds
),

in_peace AS (
    SELECT f.company_id, f.customer_id
    FROM ledger.customer_flags AS f CROSS JOIN run.parameters AS run
    WHERE f.kind <> 'vulnerable' AND f.from_on <= run.as_of AND coalesce(f.until_on, run.as_of) >= run.as_of
    UNION ALL
    SELECT company_id, customer_id FROM staging.customers
    WHERE financial_situation IN ('represented_by_lawyer', 'insolvent', 'deceased', 'closed')
    UNION ALL
    SELECT company_id, customer_id FROM ledger.opt_outs WHERE coalesce(channel, 'call') = 'call'
),

silent AS (
    SELECT said.company_id, said.customer_id, said.receivable_id, said.said_on, said.step,
        o.currency, o.open_amount, o.days_overdue, o.document_number
    FROM said
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_receivables AS o ON said.company_id = o.company_id AND said.receivable_id = o.receivable_id
    WHERE o.days_overdue > 0 AND said.said_on <= run.as_of - $after_days::INTEGER
    AND NOT EXISTS (
        SELECT 1 FROM heard
        WHERE heard.company_id = said.company_id AND heard.customer_id = said.customer_id
        AND coalesce(heard.receivable_id, said.receivable_id) = said.receivable_id
        AND (heard.heard_on > said.said_on OR (heard.receivable_id IS NOT NULL AND heard.heard_on <= run.as_of))
        AND heard.until_on >= run.as_of
    )
    AND (said.company_id, said.customer_id) NOT IN (SELECT (company_id, customer_id) FROM in_peace)
),

phones AS (
    SELECT company_id, customer_id, name, coalesce(nullif(phone, ''), mobile) AS phone
    FROM staging.contacts
    WHERE coalesce(nullif(phone, ''), nullif(mobile, '')) IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY company_id, customer_id
        ORDER BY role <> 'reminder', last_verified_on DESC NULLS LAST, contact_id
    ) = 1
)

SELECT
    silent.customer_id, any_value(customers.name), any_value(phones.name), any_value(phones.phone), silent.currency,
    sum(silent.open_amount), count(*), max(silent.days_overdue), max(silent.said_on), arg_max(silent.step, silent.said_on),
    any_value(run.as_of) - max(silent.said_on),
    string_agg(silent.document_number, ' ' ORDER BY silent.days_overdue DESC, silent.document_number)
FROM silent
CROSS JOIN run.parameters AS run
LEFT JOIN staging.customers AS customers
    ON silent.company_id = customers.company_id AND silent.customer_id = customers.customer_id
LEFT JOIN phones ON silent.company_id = phones.company_id AND silent.customer_id = phones.customer_id
GROUP BY silent.customer_id, silent.currency
ORDER BY silent.currency, sum(silent.open_amount) DESC, silent.customer_id
"""


@dataclass(frozen=True)
class FollowUp:
    """One customer to call about one currency: the largest overdue sum first. `days_since` the last message; names are personal data."""

    customer_id: str
    customer_name: str | None
    contact_name: str | None
    phone: str | None
    currency: str
    overdue_amount: Decimal
    receivables: int
    oldest_days: int
    said_on: date
    step: str
    days_since: int
    documents: str


def read_follow_ups(connection: Connection, *, after_days: int) -> list[FollowUp]:
    """Customers whose last message about something overdue is `after_days` or more days old and was followed by nothing.

    `connection`: a work database with `staging` and the ledger's facts.
    """
    return [FollowUp(*row) for row in connection.execute(_FOLLOW_UPS, {"after_days": after_days}).fetchall()]
