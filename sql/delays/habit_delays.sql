-- When each open receivable will be paid, as a distribution: quantiles of the days from its due date to its payment,
-- given that it is unpaid on the morning of as_of.
-- Grain: company, receivable of staging.open_receivables. delay_10 … delay_90: calendar days from the due date to the
-- payment that 10 … 90 % of such receivables do not exceed; rising, and never below days_overdue. Beyond 360 days money
-- comes at the rate of the 90 days before, however old the receivable is.
-- default_probability: of being paid more than 90 days after the due date, or never; 1 once it is that old.
-- method: 'history' where at least delay_prior_weight amounts of the company had been open at such an age within the
-- last year, else 'prior'.
-- Leak-free: see delays.delay_counts. Constants: tasks/score/scorecard.yaml.
-- Materialized: table
WITH items AS (
    SELECT
        receivables.company_id,
        receivables.receivable_id,
        receivables.days_overdue,
        habits.habit,
        isodow(receivables.due_date)::INTEGER AS due_weekday,
        least(greatest(receivables.days_overdue, -60), 360) AS days
    FROM staging.open_items AS receivables
    INNER JOIN delays.delay_habits AS habits
        ON receivables.company_id = habits.company_id AND receivables.customer_id = habits.customer_id
),

situations AS (
    SELECT DISTINCT
        company_id,
        habit,
        due_weekday,
        days
    FROM items
),

tails AS (
    SELECT
        last_shares.company_id,
        last_shares.habit,
        last_shares.due_weekday,
        last_shares.paid_share,
        -- Never nothing at all: a delay has an end, though it be years away.
        greatest(ln((1 - first_shares.paid_share) / (1 - last_shares.paid_share)) / 90, 0.001) AS hazard
    FROM delays.delay_shares AS last_shares
    INNER JOIN delays.delay_shares AS first_shares
        ON
            last_shares.company_id = first_shares.company_id
            AND last_shares.habit = first_shares.habit
            AND last_shares.due_weekday = first_shares.due_weekday
            AND first_shares.days = 270
    WHERE last_shares.days = 360
),

levels AS (
    SELECT unnest([0.10, 0.25, 0.50, 0.75, 0.90]) AS level
),

sought AS (
    SELECT
        situations.company_id,
        situations.habit,
        situations.due_weekday,
        situations.days,
        levels.level,
        shares.open_count,
        -- Unpaid on the morning of day `days`, so paid by the end of the day before it: a share of zero.
        coalesce(before.paid_share, 0) AS share_before,
        1 - (1 - levels.level) * (1 - coalesce(before.paid_share, 0)) AS paid_share
    FROM situations
    CROSS JOIN levels
    INNER JOIN delays.delay_shares AS shares
        ON
            situations.company_id = shares.company_id
            AND situations.habit = shares.habit
            AND situations.due_weekday = shares.due_weekday
            AND situations.days = shares.days
    LEFT JOIN delays.delay_shares AS before
        ON
            situations.company_id = before.company_id
            AND situations.habit = before.habit
            AND situations.due_weekday = before.due_weekday
            AND situations.days - 1 = before.days
),

found AS (
    SELECT
        sought.company_id,
        sought.habit,
        sought.due_weekday,
        sought.days,
        sought.level,
        sought.open_count,
        sought.share_before,
        sought.paid_share,
        shares.days AS delay
    FROM sought
    ASOF LEFT JOIN delays.delay_shares AS shares
        ON
            sought.company_id = shares.company_id
            AND sought.habit = shares.habit
            AND sought.due_weekday = shares.due_weekday
            AND sought.paid_share <= shares.paid_share
),

extended AS (
    SELECT
        found.company_id,
        found.habit,
        found.due_weekday,
        found.days,
        found.level,
        found.open_count,
        found.share_before,
        coalesce(found.delay, 360 + ceil(ln((1 - tails.paid_share) / (1 - found.paid_share)) / tails.hazard)) AS delay
    FROM found
    INNER JOIN tails
        ON
            found.company_id = tails.company_id
            AND found.habit = tails.habit
            AND found.due_weekday = tails.due_weekday
),

quantiles AS (
    SELECT
        extended.company_id,
        extended.habit,
        extended.due_weekday,
        extended.days,
        any_value(extended.open_count) AS open_count,
        any_value((1 - ninety.paid_share) / (1 - extended.share_before)) AS unpaid_at_90,
        max(extended.delay) FILTER (WHERE extended.level = 0.10) AS delay_10,
        max(extended.delay) FILTER (WHERE extended.level = 0.25) AS delay_25,
        max(extended.delay) FILTER (WHERE extended.level = 0.50) AS delay_50,
        max(extended.delay) FILTER (WHERE extended.level = 0.75) AS delay_75,
        max(extended.delay) FILTER (WHERE extended.level = 0.90) AS delay_90
    FROM extended
    INNER JOIN delays.delay_shares AS ninety
        ON
            extended.company_id = ninety.company_id
            AND extended.habit = ninety.habit
            AND extended.due_weekday = ninety.due_weekday
            AND ninety.days = 90
    GROUP BY extended.company_id, extended.habit, extended.due_weekday, extended.days
)

SELECT
    items.company_id,
    items.receivable_id,
    (quantiles.delay_10 + greatest(items.days_overdue - 360, 0))::DOUBLE AS delay_10,
    (quantiles.delay_25 + greatest(items.days_overdue - 360, 0))::DOUBLE AS delay_25,
    (quantiles.delay_50 + greatest(items.days_overdue - 360, 0))::DOUBLE AS delay_50,
    (quantiles.delay_75 + greatest(items.days_overdue - 360, 0))::DOUBLE AS delay_75,
    (quantiles.delay_90 + greatest(items.days_overdue - 360, 0))::DOUBLE AS delay_90,
    if(items.days_overdue > 90, 1, quantiles.unpaid_at_90)::DOUBLE AS default_probability,
    if(quantiles.open_count >= card.delay_prior_weight, 'history', 'prior') AS method
FROM items
CROSS JOIN policy.scorecard_parameters AS card
INNER JOIN quantiles
    ON
        items.company_id = quantiles.company_id
        AND items.habit = quantiles.habit
        AND items.due_weekday = quantiles.due_weekday
        AND items.days = quantiles.days
