-- Whom to call: customers who were written to, did not pay within some days, and of whom nobody heard since.
-- Grain: one row per customer and currency (company_id, customer_id, currency) with something overdue and said.
-- Units: overdue_amount in `currency`, positive; oldest_days and days_since in calendar days. said_on, step: the newest
-- message about any of these receivables; documents: their numbers, longest overdue first.
-- policy.follow_up_parameters.after_days: the days that a message is given, as asked for with the command.
-- Only what arrived or may have arrived counts as said, and only claims: a courtesy before the due date asks for no
-- call. A contact, a promise that has not run out, a dispute or a hold means that somebody has heard of the debtor.
-- Nobody is called who wants no calls, nor whom strategies leave in peace or only his lawyer is written to
-- (docs/strategy.md, Flags). phone: of the contact for reminders, else of whom was verified last.
-- Materialized: view
WITH said AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        max(sent_on) AS said_on,
        max_by(step, (sent_on, step)) AS step
    FROM ledger.sent_steps
    WHERE delivery <> 'returned'
    GROUP BY company_id, customer_id, receivable_id
),

heard AS (
    SELECT
        company_id,
        customer_id,
        NULL::VARCHAR AS receivable_id,
        contacted_on AS heard_on,
        DATE '9999-12-31' AS until_on
    FROM ledger.contact_results
    WHERE is_contact
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        recorded_on AS heard_on,
        promised_for AS until_on
    FROM ledger.promises
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        opened_on AS heard_on,
        coalesce(resolved_on - 1, DATE '9999-12-31') AS until_on
    FROM ledger.disputes
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        from_on AS heard_on,
        coalesce(until_on, DATE '9999-12-31') AS until_on
    FROM ledger.holds
),

in_peace AS (
    SELECT
        f.company_id,
        f.customer_id
    FROM ledger.customer_flags AS f
    CROSS JOIN run.parameters AS run
    WHERE f.kind <> 'vulnerable' AND run.as_of BETWEEN f.from_on AND coalesce(f.until_on, run.as_of)
    UNION ALL
    SELECT
        company_id,
        customer_id
    FROM staging.customers
    WHERE financial_situation IN ('represented_by_lawyer', 'insolvent', 'deceased', 'closed')
    UNION ALL
    SELECT
        company_id,
        customer_id
    FROM ledger.opt_outs
    WHERE coalesce(channel, 'call') = 'call'
),

silent AS (
    SELECT
        s.company_id,
        s.customer_id,
        s.said_on,
        s.step,
        o.currency,
        o.open_amount,
        o.days_overdue,
        o.document_number,
        (run.as_of - s.said_on)::INTEGER AS days_since
    FROM said AS s
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.follow_up_parameters AS k
    INNER JOIN staging.open_receivables AS o ON s.company_id = o.company_id AND s.receivable_id = o.receivable_id
    ANTI JOIN in_peace AS p ON s.company_id = p.company_id AND s.customer_id = p.customer_id
    WHERE
        o.days_overdue > 0
        AND s.said_on <= run.as_of - k.after_days
        AND NOT EXISTS (
            SELECT 1
            FROM heard AS h
            WHERE
                h.company_id = s.company_id
                AND h.customer_id = s.customer_id
                AND coalesce(h.receivable_id, s.receivable_id) = s.receivable_id
                AND (h.heard_on > s.said_on OR (h.receivable_id IS NOT NULL AND h.heard_on <= run.as_of))
                AND h.until_on >= run.as_of
        )
),

phones AS (
    SELECT
        company_id,
        customer_id,
        name,
        coalesce(nullif(phone, ''), mobile) AS phone
    FROM staging.contacts
    WHERE coalesce(nullif(phone, ''), nullif(mobile, '')) IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY company_id, customer_id
        ORDER BY role <> 'reminder' ASC, last_verified_on DESC NULLS LAST, contact_id ASC
    ) = 1
),

owed AS (
    SELECT
        company_id,
        customer_id,
        currency,
        sum(open_amount)::DECIMAL(18, 2) AS overdue_amount,
        count(*) AS receivables,
        max(days_overdue) AS oldest_days,
        max(said_on) AS said_on,
        max_by(step, (said_on, step)) AS step,
        min(days_since) AS days_since,
        string_agg(document_number, ' ' ORDER BY days_overdue DESC, document_number ASC) AS documents
    FROM silent
    GROUP BY company_id, customer_id, currency
)

SELECT
    o.company_id,
    o.customer_id,
    c.name AS customer_name,
    p.name AS contact_name,
    p.phone,
    o.currency,
    o.overdue_amount,
    o.receivables,
    o.oldest_days,
    o.said_on,
    o.step,
    o.days_since,
    o.documents
FROM owed AS o
LEFT JOIN staging.customers AS c ON o.company_id = c.company_id AND o.customer_id = c.customer_id
LEFT JOIN phones AS p ON o.company_id = p.company_id AND o.customer_id = p.customer_id
