-- How likely each open receivable is to be paid in each of the weeks that are forecast, and what that makes in money.
-- Grain: company, receivable of staging.open_receivables, week_number of forecast.weeks. Money in `currency`, positive.
-- probability 0-1: of being paid in the week. What is missing to 1 over all weeks is paid later or never.
-- expected_until: what is expected up to the end of the week; rounded to cents here, so that every sum ties.
-- is_median_week: the week in which it is more likely paid than not.
-- The distribution of days to payment runs straight from nothing on the eve of as_of through the five quantiles of
-- score.pay_delays, and beyond the last with the rate at which it fell between the last two (exponential). Money that
-- is lost (expected_loss, of loss.expected_losses) would have come last: it takes nothing from these weeks.
-- Materialized: view
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH items AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        receivables.currency,
        receivables.due_date,
        receivables.days_overdue,
        receivables.open_amount,
        losses.expected_loss,
        delays.delay_10,
        delays.delay_25,
        delays.delay_50,
        delays.delay_75,
        delays.delay_90,
        -- Days from the due date to the last working day of each week, and half a day: a quantile is a whole day, a
        -- part of which is paid before the level is reached.
        list_transform(
            generate_series(0, settings.full_weeks),
            LAMBDA week: date_trunc('week', run.as_of)::DATE + 4 - receivables.due_date + 7 * week + 0.5
        ) AS week_days
    FROM staging.open_items AS receivables
    CROSS JOIN run.parameters AS run
    CROSS JOIN forecast.parameters AS settings
    INNER JOIN score.pay_delays AS delays
        ON receivables.company_id = delays.company_id AND receivables.receivable_id = delays.receivable_id
    INNER JOIN loss.expected_losses AS losses
        ON receivables.company_id = losses.company_id AND receivables.receivable_id = losses.receivable_id
),

shares AS (
    SELECT
        items.company_id,
        items.customer_id,
        items.receivable_id,
        items.currency,
        items.days_overdue,
        items.open_amount,
        items.expected_loss,
        items.delay_50,
        items.week_days,
        list_transform(
            items.week_days,
            LAMBDA days: CASE
                WHEN days < items.days_overdue THEN 0
                WHEN days >= items.delay_90
                    THEN
                        1 - 0.10 * exp(
                            -(days - items.delay_90) * ln(2.5) / greatest(items.delay_90 - items.delay_75, 1)
                        )
                WHEN days >= items.delay_75
                    THEN 0.75 + 0.15 * (days - items.delay_75) / (items.delay_90 - items.delay_75)
                WHEN days >= items.delay_50
                    THEN 0.50 + 0.25 * (days - items.delay_50) / (items.delay_75 - items.delay_50)
                WHEN days >= items.delay_25
                    THEN 0.25 + 0.25 * (days - items.delay_25) / (items.delay_50 - items.delay_25)
                WHEN days >= items.delay_10
                    THEN 0.10 + 0.15 * (days - items.delay_10) / (items.delay_25 - items.delay_10)
                ELSE 0.10 * (days - items.days_overdue + 1) / (items.delay_10 - items.days_overdue + 1)
            END
        ) AS paid_shares
    FROM items
)

SELECT
    shares.company_id,
    shares.customer_id,
    shares.receivable_id,
    shares.currency,
    weeks.week_number,
    weeks.week_starts_on,
    shares.open_amount,
    shares.days_overdue > 0 AS is_overdue,
    shares.delay_50 <= shares.week_days[weeks.week_number + 1]
    AND coalesce(shares.delay_50 > shares.week_days[nullif(weeks.week_number, 0)], TRUE) AS is_median_week,
    shares.paid_shares[weeks.week_number + 1] - coalesce(shares.paid_shares[nullif(weeks.week_number, 0)], 0)
        AS probability,
    (shares.paid_shares[weeks.week_number + 1] * shares.open_amount::DOUBLE)::DECIMAL(18, 2) AS expected_until,
    shares.expected_loss
FROM shares
CROSS JOIN forecast.weeks AS weeks
