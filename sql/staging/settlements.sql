-- How each receivable issued by as_of stands: what paid it, since when it is settled, what is open.
-- Grain: company, receivable. Amounts in `currency`, signed like the receivable (credit notes negative).
-- paid_amount = the sum of staging.allocations, cleared_amount included (staging.aimed_settlements says what that is).
-- open_amount: what is open by names and statements, less what was guessed. settled_on and settled_on_before as in
-- staging.aimed_settlements; where a guess closes the receivable, the day of the last money on it.
-- The second half reads only what names left open, so that guessing costs nothing for the other nine tenths.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    invoice_date,
    due_date,
    paid_amount,
    cleared_amount,
    settled_on,
    settled_on_before,
    open_amount
FROM staging.aimed_settlements
WHERE open_amount = 0
UNION ALL
SELECT
    unsettled.company_id,
    unsettled.customer_id,
    unsettled.receivable_id,
    unsettled.currency,
    unsettled.amount,
    unsettled.invoice_date,
    unsettled.due_date,
    (unsettled.paid_amount + coalesce(guessed.amount, 0))::DECIMAL(18, 2) AS paid_amount,
    unsettled.cleared_amount,
    if(unsettled.open_amount = guessed.amount, greatest(guessed.last_on, unsettled.last_paid_on), NULL) AS settled_on,
    if(
        unsettled.open_amount = guessed.amount AND greatest(guessed.last_on, unsettled.last_paid_on) < run.as_of,
        greatest(guessed.last_on, unsettled.last_paid_on),
        -- Settled yesterday, and re-opened on the day itself.
        unsettled.settled_on_before
    ) AS settled_on_before,
    (unsettled.open_amount - coalesce(guessed.amount, 0))::DECIMAL(18, 2) AS open_amount
FROM staging.unsettled AS unsettled
CROSS JOIN run.parameters AS run
LEFT JOIN staging.guessed_totals AS guessed
    ON unsettled.company_id = guessed.company_id AND unsettled.receivable_id = guessed.receivable_id
