-- How the promises of customers on a list stand.
-- Grain: one row per customer (company_id, customer_id) with a line and a promise. open: the day has not passed.
-- broken: it has, and a receivable the promise was for, due by then, stayed open (as in segment.facts).
-- kept: the others.
-- Materialized: table
WITH judged AS (
    SELECT
        p.company_id,
        p.customer_id,
        p.promise_id,
        p.promised_for >= run.as_of AS is_open,
        bool_or(r.receivable_id IS NOT NULL) AS has_rest
    FROM ledger.promises AS p
    CROSS JOIN run.parameters AS run
    SEMI JOIN worklist.lines AS l ON p.company_id = l.company_id AND p.customer_id = l.customer_id
    LEFT JOIN staging.open_receivables AS r
        ON
            p.company_id = r.company_id
            AND p.customer_id = r.customer_id
            AND (p.receivable_id IS NULL OR p.receivable_id = r.receivable_id)
            AND (p.currency IS NULL OR p.currency = r.currency)
            AND p.promised_for >= r.due_date
    GROUP BY p.company_id, p.customer_id, p.promise_id, p.promised_for, run.as_of
)

SELECT
    company_id,
    customer_id,
    count(*) FILTER (WHERE NOT is_open AND NOT has_rest) AS kept,
    count(*) FILTER (WHERE NOT is_open AND has_rest) AS broken,
    count(*) FILTER (WHERE is_open) AS open
FROM judged
GROUP BY company_id, customer_id
