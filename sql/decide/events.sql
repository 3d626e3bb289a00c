-- The last day of each event that a step of the receivable's ladder waits for, by the event's name.
-- last_said_on: the last day on which anything was said about the receivable, by any ladder; NULL where nothing was.
-- A part payment that restarts the ladder ends what happened up to its day.
-- Grain: one row per open receivable with such an event (company_id, receivable_id).
-- promise_broken: the day on which the promise was broken (segment.promises), for what was due by the promised date,
-- while the money is missing. direct_debit_returned:
-- the day the bank said so. dispute_resolved: the first day without it. confirmed_<kind>: the day it was confirmed.
-- An entry without receivable_id stands for all of the customer, a promise only in its currency.
-- Materialized: table
WITH waiting AS (
    SELECT DISTINCT
        ladder,
        event
    FROM policy.steps
    WHERE event IS NOT NULL
),

known AS (
    SELECT
        p.company_id,
        p.customer_id,
        p.receivable_id,
        CASE WHEN p.receivable_id IS NULL THEN p.currency END AS currency,
        'promise_broken' AS event,
        p.broken_on AS happened_on,
        p.promised_for AS due_until,
        p.recorded_on AS invoiced_until
    FROM segment.promises AS p
    WHERE p.is_missing
    UNION ALL
    SELECT
        d.company_id,
        d.customer_id,
        d.receivable_id,
        NULL AS currency,
        'dispute_resolved' AS event,
        d.resolved_on AS happened_on,
        NULL AS due_until,
        NULL AS invoiced_until
    FROM ledger.disputes AS d
    UNION ALL
    SELECT
        c.company_id,
        c.customer_id,
        c.receivable_id,
        NULL AS currency,
        'confirmed_' || c.kind AS event,
        c.confirmed_on AS happened_on,
        NULL AS due_until,
        NULL AS invoiced_until
    FROM ledger.confirmations AS c
),

concerned AS (
    SELECT
        i.company_id,
        i.receivable_id,
        k.event,
        k.happened_on
    FROM decide.items AS i
    INNER JOIN waiting AS w ON i.ladder = w.ladder
    INNER JOIN known AS k
        ON i.company_id = k.company_id AND i.receivable_id = k.receivable_id AND w.event = k.event
    WHERE i.due_date <= coalesce(k.due_until, i.due_date)
    UNION ALL
    SELECT
        i.company_id,
        i.receivable_id,
        k.event,
        k.happened_on
    FROM decide.items AS i
    INNER JOIN waiting AS w ON i.ladder = w.ladder
    INNER JOIN known AS k
        ON
            i.company_id = k.company_id
            AND i.customer_id = k.customer_id
            AND k.receivable_id IS NULL
            AND i.currency = coalesce(k.currency, i.currency)
            AND w.event = k.event
    WHERE
        i.due_date <= coalesce(k.due_until, i.due_date)
        AND i.invoice_date <= coalesce(k.invoiced_until, i.invoice_date)
    UNION ALL
    SELECT
        i.company_id,
        i.receivable_id,
        w.event,
        d.returned_on AS happened_on
    FROM decide.items AS i
    INNER JOIN waiting AS w ON i.ladder = w.ladder AND w.event = 'direct_debit_returned'
    INNER JOIN staging.direct_debits AS d ON i.company_id = d.company_id AND i.receivable_id = d.receivable_id
    WHERE d.status = 'returned'
),

newest AS (
    SELECT
        c.company_id,
        c.receivable_id,
        c.event,
        max(c.happened_on) AS happened_on
    FROM concerned AS c
    CROSS JOIN run.parameters AS run
    LEFT JOIN decide.part_payments AS t ON c.company_id = t.company_id AND c.receivable_id = t.receivable_id
    WHERE c.happened_on <= run.as_of AND c.happened_on > coalesce(t.restarted_on, '-infinity'::DATE)
    GROUP BY c.company_id, c.receivable_id, c.event
),

named AS (
    SELECT
        company_id,
        receivable_id,
        map_from_entries(list((event, happened_on))) AS happened_on
    FROM newest
    GROUP BY company_id, receivable_id
),

heard AS (
    SELECT
        s.company_id,
        s.receivable_id,
        max(s.sent_on) AS last_said_on
    FROM ledger.sent_steps AS s
    SEMI JOIN named AS n ON s.company_id = n.company_id AND s.receivable_id = n.receivable_id
    GROUP BY s.company_id, s.receivable_id
)

SELECT
    n.company_id,
    n.receivable_id,
    n.happened_on,
    h.last_said_on
FROM named AS n
LEFT JOIN heard AS h ON n.company_id = h.company_id AND n.receivable_id = h.receivable_id
