-- Since when a customer waits for somebody to call, visit or take the case over.
-- Grain: one row per customer, channel and currency (company_id, customer_id, channel, currency) that was planned on an
-- earlier day and handed to nobody since: what did not fit, and what was only previewed.
-- A plan of an earlier day that was not handed over is replaced by the next day's, so its state is 'cancelled' as
-- 'superseded', or still 'planned'.
-- Materialized: table
WITH planned AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.channel,
        r.currency,
        r.as_of,
        r.status IN ('planned', 'cancelled') AND coalesce(r.status_reason, 'superseded') = 'superseded' AS is_waiting
    FROM ledger.reminders AS r
    INNER JOIN policy.work_minutes AS w ON r.channel = w.channel
    CROSS JOIN run.parameters AS run
    WHERE r.as_of < run.as_of
),

handed AS (
    SELECT
        company_id,
        customer_id,
        channel,
        currency,
        max(as_of) AS handed_on
    FROM planned
    WHERE NOT is_waiting
    GROUP BY company_id, customer_id, channel, currency
)

SELECT
    p.company_id,
    p.customer_id,
    p.channel,
    p.currency,
    min(p.as_of) AS waits_since
FROM planned AS p
LEFT JOIN handed AS h
    ON
        p.company_id = h.company_id
        AND p.customer_id = h.customer_id
        AND p.channel = h.channel
        AND p.currency = h.currency
WHERE p.is_waiting AND p.as_of > coalesce(h.handed_on, DATE '1900-01-01')
GROUP BY p.company_id, p.customer_id, p.channel, p.currency
