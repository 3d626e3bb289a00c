-- What money the receivables that are open today will bring, week by week, with its 80 % interval.
-- Grain: company, currency, period_number: 0 the rest of the current week, 1 … 13 the whole weeks after it, 14 later,
-- 15 what of the rest is expected to be lost. Money in `currency`; expected_amount over all periods is the open amount,
-- to the cent.
-- Business that is not invoiced yet is in none of it. low_amount, high_amount: 80 % of such weeks bring an amount
-- between them; NULL for the last two periods. due_amount: open amount by contractual due date, the overdue one in
-- period 0.
-- The interval is normal around expected_amount and never below 0. Its variance is that of forecast.week_sums drawn to
-- the errors of past weeks (forecast.past_errors; those of week 1 for week 0), each with its weight in past Mondays.
-- Materialized: view
WITH open_amounts AS (
    SELECT
        company_id,
        currency,
        sum(open_amount) AS open_amount,
        sum(if(days_overdue > 0, open_amount, 0)) AS overdue_amount,
        count(*) AS receivable_count
    FROM staging.open_items
    GROUP BY company_id, currency
),

last_weeks AS (
    SELECT
        company_id,
        currency,
        max(expected_until) AS expected_until,
        max(overdue_until) AS overdue_until,
        max_by(lost_after, week_number) AS lost_amount,
        max_by(overdue_lost_after, week_number) AS overdue_lost_amount,
        sum(receivable_count) AS receivable_count
    FROM forecast.week_sums
    GROUP BY company_id, currency
),

due AS (
    SELECT
        receivables.company_id,
        receivables.currency,
        least(
            greatest(date_diff('week', date_trunc('week', run.as_of), receivables.due_date), 0),
            settings.full_weeks + 1
        )::INTEGER AS period_number,
        sum(receivables.open_amount) AS due_amount
    FROM staging.open_items AS receivables
    CROSS JOIN run.parameters AS run
    CROSS JOIN forecast.parameters AS settings
    GROUP BY ALL
),

periods AS (
    SELECT
        sums.company_id,
        sums.currency,
        sums.week_number AS period_number,
        'week' AS period,
        sums.week_starts_on,
        sums.expected_until - lag(sums.expected_until, 1, 0) OVER past AS expected_amount,
        sums.overdue_until - lag(sums.overdue_until, 1, 0) OVER past AS overdue_amount,
        sqrt(
            (
                coalesce(errors.past_count * errors.mean_square, 0) * sums.mean_amount ** 2
                + settings.formula_weight * sums.variance
            ) / (coalesce(errors.past_count, 0) + settings.formula_weight)
        ) AS deviation,
        if(errors.past_count >= settings.formula_weight, 'history', 'formula') AS method,
        sums.receivable_count
    FROM forecast.week_sums AS sums
    CROSS JOIN forecast.parameters AS settings
    LEFT JOIN forecast.past_errors AS errors
        ON
            sums.company_id = errors.company_id
            AND sums.currency = errors.currency
            AND errors.week_number = greatest(sums.week_number, 1)
    WINDOW past AS (PARTITION BY sums.company_id, sums.currency ORDER BY sums.week_number)
    UNION ALL
    SELECT
        last_weeks.company_id,
        last_weeks.currency,
        settings.full_weeks + 1 AS period_number,
        'later' AS period,
        NULL AS week_starts_on,
        open_amounts.open_amount - last_weeks.lost_amount - last_weeks.expected_until AS expected_amount,
        open_amounts.overdue_amount - last_weeks.overdue_lost_amount - last_weeks.overdue_until AS overdue_amount,
        NULL AS deviation,
        NULL AS method,
        open_amounts.receivable_count - last_weeks.receivable_count AS receivable_count
    FROM last_weeks
    CROSS JOIN forecast.parameters AS settings
    INNER JOIN open_amounts
        ON last_weeks.company_id = open_amounts.company_id AND last_weeks.currency = open_amounts.currency
    UNION ALL
    SELECT
        last_weeks.company_id,
        last_weeks.currency,
        settings.full_weeks + 2 AS period_number,
        'loss' AS period,
        NULL AS week_starts_on,
        last_weeks.lost_amount AS expected_amount,
        last_weeks.overdue_lost_amount AS overdue_amount,
        NULL AS deviation,
        NULL AS method,
        0 AS receivable_count
    FROM last_weeks
    CROSS JOIN forecast.parameters AS settings
)

SELECT
    periods.company_id,
    periods.currency,
    periods.period_number,
    periods.period,
    periods.week_starts_on,
    periods.expected_amount::DECIMAL(18, 2) AS expected_amount,
    -- 1.2816 standard deviations: the 10 and 90 % points of the normal distribution.
    if(
        periods.deviation IS NULL,
        NULL,
        greatest(periods.expected_amount::DOUBLE - 1.2816 * periods.deviation, 0)
    )::DECIMAL(18, 2) AS low_amount,
    (periods.expected_amount::DOUBLE + 1.2816 * periods.deviation)::DECIMAL(18, 2) AS high_amount,
    periods.overdue_amount::DECIMAL(18, 2) AS overdue_amount,
    coalesce(due.due_amount, 0)::DECIMAL(18, 2) AS due_amount,
    periods.receivable_count::BIGINT AS receivable_count,
    (sum(periods.expected_amount) OVER past)::DECIMAL(18, 2) AS cumulative_amount,
    (sum(coalesce(due.due_amount, 0)) OVER past)::DECIMAL(18, 2) AS cumulative_due_amount,
    periods.method
FROM periods
LEFT JOIN due
    ON
        periods.company_id = due.company_id
        AND periods.currency = due.currency
        AND periods.period_number = due.period_number
WINDOW past AS (PARTITION BY periods.company_id, periods.currency ORDER BY periods.period_number)
