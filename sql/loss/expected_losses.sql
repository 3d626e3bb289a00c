-- What is likely to be lost of each open receivable.
-- Grain: company, receivable of staging.open_receivables. expected_loss = open amount x loss_rate, in the receivable's
-- currency, to the cent; loss_rate: share 0-1.
-- method: what loss_rate is made of. 'default_probability': the probability of being unpaid 90 days after the due date,
-- from a fitted model or the company's own delays (delays.pay_delays), x the loss rate of what gets there (90+ of
-- loss.roll_rates). Where there is neither, and beyond 90 days, the loss rate of its own bucket: 'roll_rate', or
-- 'prior' where that rests on the documented defaults (is_loss_fallback). Probabilities come first because they were
-- nearer to what then happened (docs/kpis.md). What is over lost_after_days late is lost: loss_rate 1.
-- Materialized: table
WITH judged AS (
    SELECT
        receivables.company_id,
        receivables.receivable_id,
        receivables.open_amount,
        receivables.days_overdue > rates.lost_after_days AS is_lost,
        delays.method IS NOT NULL AND delays.method <> 'prior' AND receivables.days_overdue <= 90 AS has_probability,
        delays.default_probability,
        oldest.loss_rate AS loss_given_default,
        rates.loss_rate AS bucket_loss_rate,
        rates.is_loss_fallback
    FROM staging.open_receivables AS receivables
    INNER JOIN loss.roll_rates AS rates
        ON
            receivables.company_id = rates.company_id
            AND receivables.currency = rates.currency
            AND receivables.aging_bucket = rates.bucket
    INNER JOIN loss.roll_rates AS oldest
        ON
            receivables.company_id = oldest.company_id
            AND receivables.currency = oldest.currency
            AND oldest.bucket = '90+'
    LEFT JOIN delays.pay_delays AS delays
        ON receivables.company_id = delays.company_id AND receivables.receivable_id = delays.receivable_id
),

rated AS (
    SELECT
        company_id,
        receivable_id,
        open_amount,
        CASE
            WHEN is_lost THEN 1
            WHEN has_probability THEN default_probability * loss_given_default
            ELSE bucket_loss_rate
        END AS loss_rate,
        CASE
            WHEN has_probability THEN 'default_probability'
            WHEN is_loss_fallback THEN 'prior'
            ELSE 'roll_rate'
        END AS method
    FROM judged
)

SELECT
    company_id,
    receivable_id,
    (open_amount::DECIMAL(26, 2) * loss_rate::DECIMAL(12, 10))::DECIMAL(18, 2) AS expected_loss,
    loss_rate,
    method
FROM rated
