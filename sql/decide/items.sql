-- What the rules need to know of each open receivable and its customer.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in its currency.
-- unmet_duties: what we still owe the customer, as words in a fixed order (duties.open); NULL where nothing is known.
-- debit_until: the last day on which a direct debit that was ordered for it may still arrive; NULL without one.
-- ladder: where rules decide, an experiment may give another one than the segment.
-- segment, ladder: the customer's, unless an override in force names the receivable itself; override_number: the one
-- that decided about it, NULL where the rules did. is_payable_on_receipt: due on the day of its invoice.
-- customer_number: the row of segment.customers.
-- segment, ladder and country are words of policy.words, which ten million rows hold as numbers.
-- Materialized: table
-- What is known of customers is put together first: ten million rows are then looked up once and not three times.
WITH debtors AS MATERIALIZED (
    SELECT
        s.rowid AS customer_number,
        s.company_id,
        s.customer_id,
        g.name AS segment,
        l.name AS ladder,
        s.override_number,
        t.name AS tried_ladder,
        w.name AS country,
        coalesce(f.financial_situation = 'insolvent', FALSE) AS is_insolvent
    FROM segment.customers AS s
    INNER JOIN segment.facts AS f ON s.company_id = f.company_id AND s.customer_id = f.customer_id
    LEFT JOIN experiment.treatments AS x ON s.company_id = x.company_id AND s.customer_id = x.customer_id
    LEFT JOIN policy.words AS g ON s.segment = g.word
    LEFT JOIN policy.words AS l ON s.ladder = l.word
    LEFT JOIN policy.words AS t ON x.ladder = t.word
    LEFT JOIN policy.words AS w ON coalesce(f.country, '') = w.word
),

overrides AS (
    SELECT
        o.receivable_id,
        o.override_number,
        g.name AS segment,
        l.name AS ladder
    FROM policy.overrides AS o
    INNER JOIN run.parameters AS run ON o.until_on >= run.as_of
    LEFT JOIN policy.words AS g ON o.segment = g.word
    LEFT JOIN policy.words AS l ON o.ladder = l.word
    WHERE o.receivable_id IS NOT NULL
)

SELECT
    r.company_id,
    r.customer_id,
    r.receivable_id,
    s.customer_number,
    r.currency,
    r.open_amount,
    r.invoice_date,
    r.due_date,
    r.due_date <= r.invoice_date AS is_payable_on_receipt,
    coalesce(r.is_disputed, FALSE) AS is_disputed,
    coalesce(r.dunning_block, '') <> '' AS has_dunning_block,
    coalesce(r.is_assigned, FALSE) AS is_assigned,
    u.unmet_duties,
    CASE WHEN d.status = 'on_its_way' THEN d.expected_until END AS debit_until,
    coalesce(o.segment, s.segment) AS segment,
    CASE
        WHEN o.override_number IS NOT NULL THEN o.ladder
        WHEN s.override_number IS NOT NULL OR s.ladder IS NULL THEN s.ladder
        ELSE coalesce(s.tried_ladder, s.ladder)
    END AS ladder,
    coalesce(o.override_number, s.override_number) AS override_number,
    s.country,
    s.is_insolvent
FROM staging.open_receivables AS r
INNER JOIN debtors AS s ON r.company_id = s.company_id AND r.customer_id = s.customer_id
LEFT JOIN duties.unmet AS u ON r.company_id = u.company_id AND r.receivable_id = u.receivable_id
LEFT JOIN staging.direct_debits AS d ON r.company_id = d.company_id AND r.receivable_id = d.receivable_id
LEFT JOIN overrides AS o ON r.receivable_id = o.receivable_id
