-- The provision matrix: from each ageing bucket, what part of the money gets into the next, and what part is lost.
-- Grain: company, currency, bucket: all five of each company and currency with an invoice or debit note.
-- roll_rate, loss_rate, observed_rate, default_rate: shares 0-1. Amounts in `currency`, pooled over window_months.
-- observed_rate = balance_after / balance_before, by amount, kept between 0 and 1; NULL where a bucket was not reached.
-- roll_rate = (n x observed_rate + k x default_rate) / (n + k), n amounts observed, k = credibility_count.
-- loss_rate = the product of this and all later roll rates: final loss / balance that reached the bucket (IFRS 9
-- B5.5.35; 100,000 - 50,000 - 23,000 - 8,000 - 2,000 gives 2, 4, 8.6957, 25 and 100 %).
-- is_fallback: the default weighs more than what was observed; is_loss_fallback: here or in a later bucket.
-- lost_after_days: what is open longer than that after its due date is lost, whatever the loss rate of 90+ says.
-- Constants: loss.parameters. Balances are of loss.month_end_balances, for 90+ of loss.final_losses.
-- Leak-free: only months that ended before as_of, and money received before as_of.
-- Materialized: table
WITH steps AS (
    SELECT
        company_id,
        currency,
        bucket,
        -- The month in which the money rolled.
        (month + INTERVAL 1 MONTH)::DATE AS month,
        rolling_amount AS balance_before,
        rolled_amount AS balance_after,
        rolling_count AS observed_count
    FROM loss.month_end_balances
    WHERE rolling_amount IS NOT NULL
    UNION ALL
    SELECT
        company_id,
        currency,
        '90+' AS bucket,
        month,
        reached_amount AS balance_before,
        lost_amount AS balance_after,
        reached_count AS observed_count
    FROM loss.final_losses
),

pooled AS (
    SELECT
        s.company_id,
        s.currency,
        s.bucket,
        min(s.month) AS first_month,
        max(s.month) AS last_month,
        count(DISTINCT s.month) AS months_observed,
        sum(s.balance_before)::DECIMAL(18, 2) AS balance_before,
        sum(s.balance_after)::DECIMAL(18, 2) AS balance_after,
        sum(s.observed_count)::BIGINT AS observed_count
    FROM steps AS s
    CROSS JOIN loss.parameters AS parameters
    INNER JOIN run.parameters AS run
        ON s.month >= date_trunc('month', run.as_of) - to_months(parameters.window_months)
    GROUP BY s.company_id, s.currency, s.bucket
),

matrix AS (
    SELECT DISTINCT
        company_id,
        currency
    FROM loss.dated_amounts
),

observed AS (
    SELECT
        m.company_id,
        m.currency,
        d.bucket_rank,
        d.bucket,
        d.next_bucket,
        o.first_month,
        o.last_month,
        d.roll_rate AS default_rate,
        parameters.credibility_count,
        parameters.lost_after_days,
        coalesce(o.months_observed, 0) AS months_observed,
        coalesce(o.balance_before, 0) AS balance_before,
        coalesce(o.balance_after, 0) AS balance_after,
        if(o.balance_before > 0, o.observed_count, 0) AS observed_count,
        if(
            o.balance_before > 0,
            least(greatest(o.balance_after::DOUBLE / o.balance_before::DOUBLE, 0), 1),
            NULL
        ) AS observed_rate
    FROM matrix AS m
    CROSS JOIN loss.default_rates AS d
    CROSS JOIN loss.parameters AS parameters
    LEFT JOIN pooled AS o
        ON m.company_id = o.company_id AND m.currency = o.currency AND d.bucket = o.bucket
),

blended AS (
    SELECT
        *,
        (coalesce(observed_rate, 0) * observed_count + default_rate * credibility_count)
        / (observed_count + credibility_count) AS roll_rate,
        observed_count < credibility_count AS is_fallback
    FROM observed
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
