-- What is known of a customer, as the conditions of segments ask for it.
-- Grain: one row per customer (company_id, customer_id) of staging.customers.
-- Units: amounts hold, per currency that the strategy asks about, what is open and what is overdue, positive, credits
-- not taken off; days_overdue is the oldest open receivable's, negative before its due date. broken_promises: promises
-- that were broken (segment.promises) in the 365 days up to as_of, paid later or not.
-- Shares are of the company's whole in the currency, 0-1; yearly sales are what was invoiced in the 365 days up to
-- as_of, with credit notes taken off; contacts_last_year counts days of contact over all channels in as many days.
-- cost_to_serve: those days per thousand of yearly sales; NULL without sales. All only where the strategy asks.
-- has_guarantee: anything of credit_policy.guarantees secures the customer's debt on as_of; insured_amount: what its
-- insurance pays in the currency, and insured_share, 0-1, the part of what is open that this is; NULL with nothing
-- open.
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

sales AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.currency,
        sum(r.amount) AS yearly_sales
    FROM staging.receivables AS r
    CROSS JOIN run.parameters AS run
    WHERE
        r.currency IN (
            SELECT c.currency FROM policy.segment_conditions AS c
            WHERE c.fact IN ('yearly_sales', 'sales_share', 'cost_to_serve')
        )
        AND r.invoice_date > run.as_of - 365
        AND r.invoice_date <= run.as_of
    GROUP BY r.company_id, r.customer_id, r.currency
),

secured AS (
    SELECT
        run.company_id,
        g.customer_id,
        g.currency,
        coalesce(sum(g.amount) FILTER (WHERE g.source = 'insurance'), 0) AS insured_amount
    FROM policy.credit_covers AS g
    INNER JOIN run.parameters AS run
        ON coalesce(g.from_on, run.as_of) <= run.as_of AND coalesce(g.until_on, run.as_of) >= run.as_of
    WHERE g.amount > 0
    GROUP BY run.company_id, g.customer_id, g.currency
),

guaranteed AS (
    SELECT DISTINCT
        company_id,
        customer_id
    FROM secured
),

insured AS (
    SELECT
        company_id,
        customer_id,
        currency,
        insured_amount
    FROM secured
    WHERE
        insured_amount > 0
        AND currency IN (
            SELECT c.currency FROM policy.segment_conditions AS c
            WHERE c.fact IN ('insured_amount', 'insured_share')
        )
),

valued AS (
    SELECT
        coalesce(p.company_id, s.company_id, n.company_id) AS company_id,
        coalesce(p.customer_id, s.customer_id, n.customer_id) AS customer_id,
        coalesce(p.currency, s.currency, n.currency) AS currency,
        coalesce(p.open_amount, 0) AS open_amount,
        coalesce(p.overdue_amount, 0) AS overdue_amount,
        coalesce(s.yearly_sales, 0) AS yearly_sales,
        coalesce(n.insured_amount, 0) AS insured_amount
    FROM per_currency AS p
    FULL JOIN sales AS s
        ON p.company_id = s.company_id AND p.customer_id = s.customer_id AND p.currency = s.currency
    FULL JOIN insured AS n
        ON
            coalesce(p.company_id, s.company_id) = n.company_id
            AND coalesce(p.customer_id, s.customer_id) = n.customer_id
            AND coalesce(p.currency, s.currency) = n.currency
),

contacted AS (
    SELECT
        d.company_id,
        d.customer_id,
        count(DISTINCT d.contacted_on) AS contacts_last_year
    FROM ledger.contact_days AS d
    CROSS JOIN run.parameters AS run
    WHERE
        d.contacted_on > run.as_of - 365
        AND EXISTS (
            SELECT 1 FROM policy.segment_conditions AS c
            WHERE c.fact IN ('contacts_last_year', 'cost_to_serve')
        )
    GROUP BY d.company_id, d.customer_id
),

shared AS (
    SELECT
        v.*,
        v.open_amount / nullif(sum(v.open_amount) OVER whole, 0) AS open_share,
        v.yearly_sales / nullif(sum(v.yearly_sales) OVER whole, 0) AS sales_share,
        CASE
            WHEN v.yearly_sales > 0 THEN coalesce(k.contacts_last_year, 0) * 1000 / v.yearly_sales
        END AS cost_to_serve,
        CASE WHEN v.open_amount > 0 THEN least(v.insured_amount / v.open_amount, 1) END AS insured_share
    FROM valued AS v
    LEFT JOIN contacted AS k ON v.company_id = k.company_id AND v.customer_id = k.customer_id
    WINDOW whole AS (PARTITION BY v.company_id, v.currency)
),

amounts AS (
    SELECT
        company_id,
        customer_id,
        map_from_entries(
            list(
                (
                    currency,
                    struct_pack(
                        open_amount := open_amount,
                        overdue_amount := overdue_amount,
                        open_share := open_share,
                        yearly_sales := yearly_sales,
                        sales_share := sales_share,
                        cost_to_serve := cost_to_serve,
                        insured_amount := insured_amount,
                        insured_share := insured_share
                    )
                )
            )
        ) AS amounts
    FROM shared
    GROUP BY company_id, customer_id
),

broken AS (
    SELECT
        p.company_id,
        p.customer_id,
        count(*) AS broken_promises
    FROM segment.promises AS p
    CROSS JOIN run.parameters AS run
    WHERE p.broken_on > run.as_of - 365
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
    coalesce(k.contacts_last_year, 0) AS contacts_last_year,
    g.customer_id IS NOT NULL AS has_guarantee,
    m.amounts
FROM staging.customers AS c
LEFT JOIN score.customer_scores AS s ON c.company_id = s.company_id AND c.customer_id = s.customer_id
LEFT JOIN ageing AS a ON c.company_id = a.company_id AND c.customer_id = a.customer_id
LEFT JOIN amounts AS m ON c.company_id = m.company_id AND c.customer_id = m.customer_id
LEFT JOIN broken AS b ON c.company_id = b.company_id AND c.customer_id = b.customer_id
LEFT JOIN contacted AS k ON c.company_id = k.company_id AND c.customer_id = k.customer_id
LEFT JOIN guaranteed AS g ON c.company_id = g.company_id AND c.customer_id = g.customer_id
