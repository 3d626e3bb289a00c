-- What the rules need to know of each open receivable and its customer.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in its currency.
-- Materialized: table
SELECT
    r.company_id,
    r.customer_id,
    r.receivable_id,
    r.currency,
    r.open_amount,
    r.invoice_date,
    r.due_date,
    coalesce(r.is_disputed, FALSE) AS is_disputed,
    coalesce(r.dunning_block, '') <> '' AS has_dunning_block,
    s.segment,
    s.ladder,
    coalesce(f.country, '') AS country,
    coalesce(f.financial_situation = 'insolvent', FALSE) AS is_insolvent
FROM staging.open_receivables AS r
INNER JOIN segment.customers AS s ON r.company_id = s.company_id AND r.customer_id = s.customer_id
INNER JOIN segment.facts AS f ON r.company_id = f.company_id AND r.customer_id = f.customer_id
