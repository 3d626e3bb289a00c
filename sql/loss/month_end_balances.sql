-- What was open at each month's end by ageing bucket, and what of it rolled into the next bucket.
-- Grain: company, currency, month (its first day), bucket (by due date, the right end included); months that ended
-- before as_of, buckets with something in them. Amounts in `currency`.
-- rolling_amount: the part that is to leave the bucket by the end of the next month: all of it, and of `current` what
-- falls due by then (longer terms stay current without having been paid or being late). rolled_amount: what of that is
-- still open at the end of the next month. Both NULL while that month is not over, for 90+ (loss.final_losses), and
-- before history_from of loss.dated_amounts. rolling_count: amounts that rolling_amount is made of.
-- Roll rate = rolled_amount / rolling_amount: the same money one period later (a month for a bucket of 30 days), so
-- that it is above 1 only where money went back.
-- Materialized: table
WITH alive AS (
    -- One row per month's end at which the amount stood open.
    SELECT
        dated.company_id,
        dated.currency,
        dated.due_date,
        dated.closed_on,
        dated.amount,
        dated.exposure_count,
        dated.history_from,
        run.as_of,
        unnest(
            generate_series(
                date_trunc('month', dated.invoice_date),
                least(date_trunc('month', run.as_of), date_trunc('month', dated.closed_on)) - INTERVAL 1 MONTH,
                INTERVAL 1 MONTH
            )
        )::DATE AS month
    FROM loss.dated_amounts AS dated
    CROSS JOIN run.parameters AS run
),

aged AS (
    SELECT
        company_id,
        currency,
        month,
        amount,
        exposure_count,
        last_day(month) AS month_end,
        CASE
            WHEN due_date >= last_day(month) THEN 'current'
            WHEN date_diff('day', due_date, last_day(month)) <= 30 THEN '1-30'
            WHEN date_diff('day', due_date, last_day(month)) <= 60 THEN '31-60'
            WHEN date_diff('day', due_date, last_day(month)) <= 90 THEN '61-90'
            ELSE '90+'
        END AS bucket,
        (
            last_day(month + INTERVAL 1 MONTH) < as_of
            AND last_day(month) >= history_from
            AND due_date < last_day(month + INTERVAL 1 MONTH)
            AND date_diff('day', due_date, last_day(month)) <= 90
        ) IS TRUE AS is_rolling,
        coalesce(closed_on > last_day(month + INTERVAL 1 MONTH), TRUE) AS has_rolled
    FROM alive
)

SELECT
    company_id,
    currency,
    month,
    bucket,
    sum(amount)::DECIMAL(18, 2) AS amount,
    (sum(amount) FILTER (WHERE is_rolling))::DECIMAL(18, 2) AS rolling_amount,
    if(
        bool_or(is_rolling), coalesce(sum(amount) FILTER (WHERE is_rolling AND has_rolled), 0), NULL
    )::DECIMAL(18, 2) AS rolled_amount,
    coalesce(sum(exposure_count) FILTER (WHERE is_rolling), 0)::BIGINT AS rolling_count
FROM aged
GROUP BY company_id, currency, month, bucket
