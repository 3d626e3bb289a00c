-- The receivables that were not paid by their due date and may be claimed for: open ones, and those that were settled
-- late. Only customers of segments that charge anything, and what fell due on or after policy.consequence_terms.since.
-- Grain: one row per receivable (company_id, receivable_id); item_number stands for it within consequences, because
-- grouping millions of rows by a number takes a third of the time. open_amount: positive, in currency; 0 once settled.
-- ends_on: the last day that counts, the day it was settled or the run's. is_first_of_document: its document's first
-- late instalment, the one that bears what is owed once per invoice.
-- Nothing is claimed while something of ours is missing or a dispute is open (Directive 2011/7/EU, art. 3(1): the
-- creditor has fulfilled his obligations), nor of what was ceded; nor of what is settled nobody knows when.
-- Materialized: table
WITH charged AS (
    SELECT
        segment,
        since,
        rate_name,
        treatment
    FROM policy.consequence_terms
    WHERE
        rate_name IS NOT NULL
        OR segment IN (SELECT c.segment FROM policy.compensations AS c)
        OR segment IN (SELECT f.segment FROM policy.step_fees AS f)
),

disputes AS (
    SELECT DISTINCT
        d.company_id,
        d.customer_id,
        d.receivable_id
    FROM ledger.disputes AS d
    CROSS JOIN run.parameters AS run
    WHERE d.opened_on <= run.as_of AND (d.resolved_on IS NULL OR d.resolved_on > run.as_of)
),

late AS (
    SELECT
        o.company_id,
        o.customer_id,
        o.receivable_id,
        o.document_number,
        o.invoice_date,
        o.due_date,
        o.currency,
        o.open_amount,
        NULL::DATE AS settled_on,
        run.as_of AS ends_on
    FROM staging.open_items AS o
    CROSS JOIN run.parameters AS run
    LEFT JOIN disputes AS d ON o.company_id = d.company_id AND o.receivable_id = d.receivable_id
    LEFT JOIN disputes AS a
        ON o.company_id = a.company_id AND o.customer_id = a.customer_id AND a.receivable_id IS NULL
    WHERE
        o.due_date < run.as_of
        AND o.due_date >= (SELECT min(c.since) FROM charged AS c)
        AND d.receivable_id IS NULL
        AND a.customer_id IS NULL
        AND o.is_assigned IS DISTINCT FROM TRUE
        AND o.is_disputed IS DISTINCT FROM TRUE
        AND o.has_open_complaint IS DISTINCT FROM TRUE
        AND o.is_price_agreed IS DISTINCT FROM FALSE
        AND coalesce(greatest(o.delivered_on, o.goods_received_on, o.document_sent_on) <= run.as_of, TRUE)
    UNION ALL
    SELECT
        s.company_id,
        s.customer_id,
        s.receivable_id,
        r.document_number,
        s.invoice_date,
        s.due_date,
        s.currency,
        s.open_amount,
        s.settled_on,
        least(s.settled_on, run.as_of) AS ends_on
    FROM staging.settlements AS s
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.receivables AS r ON s.company_id = r.company_id AND s.receivable_id = r.receivable_id
    LEFT JOIN disputes AS d ON s.company_id = d.company_id AND s.receivable_id = d.receivable_id
    LEFT JOIN disputes AS a
        ON s.company_id = a.company_id AND s.customer_id = a.customer_id AND a.receivable_id IS NULL
    WHERE
        s.open_amount = 0
        AND s.settled_on > s.due_date
        AND s.due_date < run.as_of
        AND s.due_date >= (SELECT min(c.since) FROM charged AS c)
        AND d.receivable_id IS NULL
        AND a.customer_id IS NULL
        AND r.document_type <> 'credit_note'
        AND r.is_assigned IS DISTINCT FROM TRUE
        AND r.is_disputed IS DISTINCT FROM TRUE
        AND r.has_open_complaint IS DISTINCT FROM TRUE
        AND r.is_price_agreed IS DISTINCT FROM FALSE
)

SELECT
    row_number() OVER () AS item_number,
    l.company_id,
    l.customer_id,
    l.receivable_id,
    l.document_number,
    l.due_date,
    l.currency,
    l.open_amount,
    l.settled_on,
    l.ends_on,
    s.segment,
    t.rate_name,
    t.treatment,
    coalesce(c.country, run.company_country) AS country,
    row_number() OVER (
        PARTITION BY l.company_id, l.customer_id, l.document_number, l.invoice_date, l.currency
        ORDER BY l.due_date, l.receivable_id
    ) = 1 AS is_first_of_document
FROM late AS l
CROSS JOIN run.parameters AS run
INNER JOIN segment.customers AS s ON l.company_id = s.company_id AND l.customer_id = s.customer_id
INNER JOIN charged AS t ON s.segment = t.segment AND l.due_date >= t.since
LEFT JOIN staging.customers AS c ON l.company_id = c.company_id AND l.customer_id = c.customer_id
