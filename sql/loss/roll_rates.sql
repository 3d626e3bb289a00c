-- The provision matrix: from each ageing bucket, what part of the money gets into the next, and what part is lost.
-- Grain: company, currency, bucket: all five of each company and currency with an invoice or debit note.
-- roll_rate, loss_rate, observed_rate, default_rate: shares 0-1. Amounts in `currency`, pooled over the months from
-- first_month to last_month, window_months of them, of which months_observed had something in the bucket.
-- observed_rate = balance_after / balance_before, by amount, kept between 0 and 1; NULL where a bucket was not reached.
-- roll_rate = (n x observed_rate + k x default_rate) / (n + k), n = observed_count, k = credibility_count.
-- loss_rate = the product of this and all later roll rates: final loss / balance that reached the bucket (IFRS 9
-- B5.5.35; 100,000 - 50,000 - 23,000 - 8,000 - 2,000 gives 2, 4, 8.6957, 25 and 100 %).
-- is_fallback: the default weighs more than what was observed; is_loss_fallback: here or in a later bucket.
-- lost_after_days: what is open longer than that after its due date is lost, whatever the loss rate of 90+ says.
-- Constants: loss.parameters. Leak-free: only months that ended before as_of, and money received before as_of.
-- Materialized: table
WITH bounds AS (
    SELECT
        parameters.credibility_count,
        parameters.lost_after_days,
        (date_trunc('month', run.as_of) - to_months(parameters.window_months))::DATE AS first_month,
        (date_trunc('month', run.as_of) - INTERVAL 1 MONTH)::DATE AS last_month
    FROM loss.parameters AS parameters
    CROSS JOIN run.parameters AS run
),

pooled AS (
    SELECT
        steps.company_id,
        steps.currency,
        steps.bucket,
        count(*) AS months_observed,
        sum(steps.balance_before)::DECIMAL(18, 2) AS balance_before,
        sum(steps.balance_after)::DECIMAL(18, 2) AS balance_after,
        sum(steps.observed_count)::BIGINT AS observed_count
    FROM loss.roll_steps AS steps
    INNER JOIN bounds ON steps.month BETWEEN bounds.first_month AND bounds.last_month
    GROUP BY steps.company_id, steps.currency, steps.bucket
),

ledgers AS (
    SELECT DISTINCT
        company_id,
        currency
    FROM loss.dated_amounts
),

matrix AS (
    SELECT
        ledgers.company_id,
        ledgers.currency,
        rates.bucket_rank,
        rates.bucket,
        rates.next_bucket,
        bounds.first_month,
        bounds.last_month,
        rates.roll_rate AS default_rate,
        bounds.credibility_count,
        bounds.lost_after_days,
        coalesce(pooled.months_observed, 0) AS months_observed,
        coalesce(pooled.balance_before, 0) AS balance_before,
        coalesce(pooled.balance_after, 0) AS balance_after,
        coalesce(pooled.observed_count, 0) AS observed_count,
        if(
            pooled.balance_before > 0,
            least(greatest(pooled.balance_after::DOUBLE / pooled.balance_before::DOUBLE, 0), 1),
            NULL
        ) AS observed_rate
    FROM ledgers
    CROSS JOIN loss.default_rates AS rates
    CROSS JOIN bounds
    LEFT JOIN pooled
        ON
            ledgers.company_id = pooled.company_id
            AND ledgers.currency = pooled.currency
            AND rates.bucket = pooled.bucket
),

blended AS (
    SELECT
        *,
        (observed_count * coalesce(observed_rate, 0) + credibility_count * default_rate)
        / (observed_count + credibility_count) AS roll_rate,
        observed_count < credibility_count AS is_fallback
    FROM matrix
)

SELECT
    company_id,
    currency,
    bucket_rank,
    bucket,
    next_bucket,
    first_month,
    last_month,
    months_observed,
    balance_before,
    balance_after,
    observed_count,
    observed_rate,
    default_rate,
    roll_rate,
    product(roll_rate) OVER onwards AS loss_rate,
    is_fallback,
    bool_or(is_fallback) OVER onwards AS is_loss_fallback,
    lost_after_days
FROM blended
WINDOW onwards AS (
    PARTITION BY company_id, currency ORDER BY bucket_rank ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
)
