-- What became of each ageing bucket's money from one month's end to the next.
-- Grain: company, currency, month (first day of the month in which the money rolled, or did not), bucket; only months
-- that are over, and buckets with something in them. Amounts in `currency`.
-- balance_before: the balance at the month's beginning that was to leave the bucket (loss.month_end_balances);
-- balance_after: what of it was still open at the month's end, and so in the next bucket. Of 90+: what reached the age
-- of a loss in the month (loss.final_losses). observed_count: amounts that balance_before is made of.
-- observed_rate = balance_after / balance_before, a share kept between 0 and 1 (money that went back can exceed it).
-- Materialized: table
WITH steps AS (
    SELECT
        company_id,
        currency,
        (month + INTERVAL 1 MONTH)::DATE AS month,
        bucket,
        rolling_amount AS balance_before,
        rolled_amount AS balance_after,
        rolling_count AS observed_count
    FROM loss.month_end_balances
    WHERE rolling_amount > 0
    UNION ALL
    SELECT
        company_id,
        currency,
        month,
        '90+' AS bucket,
        reached_amount AS balance_before,
        lost_amount AS balance_after,
        reached_count AS observed_count
    FROM loss.final_losses
    WHERE reached_amount > 0
)

SELECT
    steps.company_id,
    steps.currency,
    steps.month,
    steps.bucket,
    rates.next_bucket,
    steps.balance_before,
    steps.balance_after,
    steps.observed_count,
    least(greatest(steps.balance_after::DOUBLE / steps.balance_before::DOUBLE, 0), 1) AS observed_rate
FROM steps
INNER JOIN loss.default_rates AS rates ON steps.bucket = rates.bucket
