-- How likely each open receivable is to be paid in each of the weeks that are forecast, and what that makes in money.
-- Grain: company, receivable of staging.open_receivables, week_number of forecast.weeks. Money in `currency`, positive.
-- probability 0-1: of being paid in the week. What is missing to 1 over all weeks is paid later or never.
-- expected_until: what is expected up to the end of the week; rounded to cents here, so that every sum ties.
-- is_median_week: the week in which it is more likely paid than not.
-- The distribution of days to payment runs straight from nothing on the eve of as_of through the five quantiles of
-- delays.pay_delays, and beyond the last with the rate at which it fell between the last two (exponential). Money that
-- is lost (expected_loss, of loss.expected_losses) would have come last: it takes nothing from these weeks.
-- Materialized: view
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
        delays.delay_90
    FROM staging.open_items AS receivables
    INNER JOIN delays.pay_delays AS delays
        ON receivables.company_id = delays.company_id AND receivables.receivable_id = delays.receivable_id
    INNER JOIN loss.expected_losses AS losses
        ON receivables.company_id = losses.company_id AND receivables.receivable_id = losses.receivable_id
),

aged AS (
    SELECT
        items.company_id,
        items.customer_id,
        items.receivable_id,
        items.currency,
        items.open_amount,
        items.expected_loss,
        items.days_overdue::DOUBLE AS days_overdue,
        items.delay_10,
        items.delay_25,
        items.delay_50,
        items.delay_75,
        items.delay_90,
        weeks.week_number,
        weeks.week_starts_on,
        -- Days from the due date to the week's last working day and to the one before it, and half a day: a quantile is
        -- a whole day, a part of which is paid before the level is reached.
        weeks.last_working_day - items.due_date + 0.5::DOUBLE AS days,
        weeks.last_working_day - items.due_date - 6.5::DOUBLE AS days_before
    FROM items
    CROSS JOIN forecast.weeks AS weeks
),

-- The same expression twice: to take one week from the next by a sort would cost more than all the rest.
shares AS (
    SELECT
        aged.company_id,
        aged.customer_id,
        aged.receivable_id,
        aged.currency,
        aged.week_number,
        aged.week_starts_on,
        aged.open_amount,
        aged.expected_loss,
        aged.days_overdue > 0 AS is_overdue,
        aged.delay_50 <= aged.days AND (aged.week_number = 0 OR aged.delay_50 > aged.days_before) AS is_median_week,
        CASE
            WHEN aged.days < aged.days_overdue THEN 0
            WHEN aged.days >= aged.delay_90
                THEN 1 - 0.10 * exp(-(aged.days - aged.delay_90) * ln(2.5) / greatest(aged.delay_90 - aged.delay_75, 1))
            WHEN aged.days >= aged.delay_75
                THEN 0.75 + 0.15 * (aged.days - aged.delay_75) / (aged.delay_90 - aged.delay_75)
            WHEN aged.days >= aged.delay_50
                THEN 0.50 + 0.25 * (aged.days - aged.delay_50) / (aged.delay_75 - aged.delay_50)
            WHEN aged.days >= aged.delay_25
                THEN 0.25 + 0.25 * (aged.days - aged.delay_25) / (aged.delay_50 - aged.delay_25)
            WHEN aged.days >= aged.delay_10
                THEN 0.10 + 0.15 * (aged.days - aged.delay_10) / (aged.delay_25 - aged.delay_10)
            ELSE 0.10 * (aged.days - aged.days_overdue + 1) / (aged.delay_10 - aged.days_overdue + 1)
        END AS paid_share,
        if(
            aged.week_number = 0,
            0,
            CASE
                WHEN aged.days_before < aged.days_overdue THEN 0
                WHEN aged.days_before >= aged.delay_90
                    THEN
                        1
                        - 0.10
                        * exp(
                            -(aged.days_before - aged.delay_90) * ln(2.5) / greatest(aged.delay_90 - aged.delay_75, 1)
                        )
                WHEN aged.days_before >= aged.delay_75
                    THEN 0.75 + 0.15 * (aged.days_before - aged.delay_75) / (aged.delay_90 - aged.delay_75)
                WHEN aged.days_before >= aged.delay_50
                    THEN 0.50 + 0.25 * (aged.days_before - aged.delay_50) / (aged.delay_75 - aged.delay_50)
                WHEN aged.days_before >= aged.delay_25
                    THEN 0.25 + 0.25 * (aged.days_before - aged.delay_25) / (aged.delay_50 - aged.delay_25)
                WHEN aged.days_before >= aged.delay_10
                    THEN 0.10 + 0.15 * (aged.days_before - aged.delay_10) / (aged.delay_25 - aged.delay_10)
                ELSE 0.10 * (aged.days_before - aged.days_overdue + 1) / (aged.delay_10 - aged.days_overdue + 1)
            END
        ) AS paid_before
    FROM aged
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    week_number,
    week_starts_on,
    open_amount,
    is_overdue,
    is_median_week,
    paid_share - paid_before AS probability,
    (paid_share * open_amount::DOUBLE)::DECIMAL(18, 2) AS expected_until,
    expected_loss
FROM shares
