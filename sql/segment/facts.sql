-- What is known of a customer, as the conditions of segments ask for it.
-- Grain: one row per customer (company_id, customer_id) of staging.customers.
-- Units: amounts hold, per currency that the strategy asks about, what is open and what is overdue, positive, credits
-- not taken off; days_overdue is the oldest open receivable's, negative before its due date. broken_promises: promises
-- whose date passed while a receivable they were for, due by then, stayed open.
-- Facts that a strategy may name: tasks/segment/conditions.py.
-- Materialized: table
WITH ageing AS (
    SELECT
        company_id,
        customer_id,
        max(days_overdue) AS days_overdue,
        count(*) FILTER (WHERE days_overdue > 0) AS overdue_count
    FROM staging.open_receivables
    GROUP BY company_id, customer_id
),

per_currency AS (
    SELECT
        company_id,
        customer_id,
        currency,
        sum(open_amount) AS open_amount,
        coalesce(sum(open_amount) FILTER (WHERE days_overdue > 0), 0) AS overdue_amount
    FROM staging.open_receivables
    WHERE currency IN (SELECT c.currency FROM policy.segment_conditions AS c)
    GROUP BY company_id, customer_id, currency
),

amounts AS (
    SELECT
        company_id,
        customer_id,
        map_from_entries(
            list((currency, struct_pack(open_amount := open_amount, overdue_amount := overdue_amount)))
        ) AS amounts
    FROM per_currency
    GROUP BY company_id, customer_id
),

broken AS (
    SELECT
        p.company_id,
        p.customer_id,
        count(*) AS broken_promises
    FROM ledger.promises AS p
    CROSS JOIN run.parameters AS run
    WHERE
        p.promised_for < run.as_of
        AND EXISTS (
            SELECT 1
            FROM staging.open_receivables AS r
            WHERE
                r.company_id = p.company_id
                AND r.customer_id = p.customer_id
                AND r.receivable_id = coalesce(p.receivable_id, r.receivable_id)
                AND r.currency = coalesce(p.currency, r.currency)
                AND r.due_date <= p.promised_for
        )
    GROUP BY p.company_id, p.customer_id
)

SELECT
    c.company_id,
    c.customer_id,
    s.risk_grade,
    s.risk_score,
    s.trend,
    s.is_new,
    s.late_share,
    s.median_days_late,
    s.settled_count,
    c.sector,
    c.zone,
    c.country,
    c.customer_class,
    c.financial_situation,
    c.payment_method,
    a.days_overdue,
    coalesce(a.overdue_count, 0) AS overdue_count,
    coalesce(b.broken_promises, 0) AS broken_promises,
    m.amounts
FROM staging.customers AS c
LEFT JOIN score.customer_scores AS s ON c.company_id = s.company_id AND c.customer_id = s.customer_id
LEFT JOIN ageing AS a ON c.company_id = a.company_id AND c.customer_id = a.customer_id
LEFT JOIN amounts AS m ON c.company_id = m.company_id AND c.customer_id = m.customer_id
LEFT JOIN broken AS b ON c.company_id = b.company_id AND c.customer_id = b.customer_id
