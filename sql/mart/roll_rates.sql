-- Roll rates: what part of each ageing bucket's money gets into the next one, month by month and pooled.
-- Grain: one row per company, currency, is_pooled, last_month and from_bucket. Pooled rows, all five buckets of each
-- currency, are the provision matrix that expected losses are made from (loss.roll_rates); the others are one month's.
-- Units: amounts in the row's currency; rates are shares 0-1. Months are first days.
-- A month's row says what became of the balance at its beginning; from 90+ to lost: of what reached the age of a loss
-- in that month, seen from when it got beyond 90 days.
-- Materialized: view
SELECT
    company_id,
    currency,
    TRUE AS is_pooled,
    last_month,
    bucket AS from_bucket,
    next_bucket AS to_bucket,
    first_month,
    months_observed,
    observed_count,
    balance_before,
    balance_after,
    observed_rate,
    roll_rate,
    loss_rate,
    is_fallback,
    is_loss_fallback
FROM loss.roll_rates
UNION ALL
SELECT
    company_id,
    currency,
    FALSE AS is_pooled,
    month AS last_month,
    bucket AS from_bucket,
    next_bucket AS to_bucket,
    month AS first_month,
    1 AS months_observed,
    observed_count,
    balance_before,
    balance_after,
    observed_rate,
    observed_rate AS roll_rate,
    NULL AS loss_rate,
    FALSE AS is_fallback,
    FALSE AS is_loss_fallback
FROM loss.roll_steps
