-- What a customer's receivables usually amount to on the day of a score, per currency.
-- Grain: company, customer, currency, scored_on. mean_log_amount: mean of ln(1 + amount), the amount in `currency`.
-- Leak-free: documents issued before scored_on.
-- Summed as decimals: a sum of doubles would depend on the order of the rows.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        currency,
        scored_on
    FROM features.points
)

SELECT
    wanted.company_id,
    wanted.customer_id,
    wanted.currency,
    wanted.scored_on,
    sum(ln(1 + items.amount::DOUBLE)::DECIMAL(18, 15)) / count(*) AS mean_log_amount
FROM wanted
CROSS JOIN policy.score_settings AS settings
INNER JOIN features.items AS items
    ON
        wanted.company_id = items.company_id
        AND wanted.customer_id = items.customer_id
        AND wanted.currency = items.currency
        AND wanted.scored_on > items.invoice_date
        AND wanted.scored_on > items.stands_after
        AND wanted.scored_on <= items.stands_until
        AND items.invoice_date >= wanted.scored_on - settings.history_days
GROUP BY wanted.company_id, wanted.customer_id, wanted.currency, wanted.scored_on
