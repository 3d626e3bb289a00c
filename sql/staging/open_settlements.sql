-- The receivables of staging.settlements with something open, of either sign.
-- Grain: company, receivable. open_amount in `currency`, negative for credit notes.
-- Materialized: view
SELECT
    unsettled.company_id,
    unsettled.customer_id,
    unsettled.receivable_id,
    unsettled.currency,
    (unsettled.open_amount - coalesce(guessed.amount, 0))::DECIMAL(18, 2) AS open_amount
FROM staging.unsettled AS unsettled
LEFT JOIN staging.guessed_totals AS guessed
    ON unsettled.company_id = guessed.company_id AND unsettled.receivable_id = guessed.receivable_id
WHERE unsettled.open_amount <> coalesce(guessed.amount, 0)
