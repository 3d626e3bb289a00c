-- What a customer's receivables usually amount to, per currency.
-- Grain: company, customer, currency; only receivables issued before as_of. Amounts in `currency`, positive.
-- recent_receivables, recent_amount: those issued in the last score_change_days (tasks/score/scorecard.yaml).
-- Materialized: table
SELECT
    settlements.company_id,
    settlements.customer_id,
    settlements.currency,
    min(settlements.invoice_date) AS first_invoice_on,
    count(*) AS receivables,
    sum(settlements.amount) AS amount,
    count(*) FILTER (WHERE settlements.invoice_date >= run.as_of - card.score_change_days) AS recent_receivables,
    coalesce(sum(settlements.amount) FILTER (WHERE settlements.invoice_date >= run.as_of - card.score_change_days), 0)
        AS recent_amount
FROM staging.settlements AS settlements
INNER JOIN run.parameters AS run ON settlements.invoice_date < run.as_of
CROSS JOIN policy.scorecard_parameters AS card
WHERE settlements.amount > 0
GROUP BY settlements.company_id, settlements.customer_id, settlements.currency
