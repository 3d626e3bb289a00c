-- What share of an amount that is open 60 days before its due date has come by each day, per habit and weekday of the
-- due date: the distribution of delays, from which that of an item still unpaid follows at any age.
-- Grain: company, habit of its customers, due_weekday, days (calendar days from the due date, -60 … 360).
-- paid_share 0-1, rising with days. open_count: amounts that the company had open on such a day within the last year.
-- The hazard of a day is what was received over what was open (Kaplan and Meier 1958; who comes late under observation
-- or is still unpaid counts as long as it was seen, and is not dropped). It is drawn to that of all habits on this day
-- and weekday, that to the mean of the seven days around it, and that to the prior, each with its weight in open
-- amounts; customers without history have that of all. Weights and prior: tasks/score/scorecard.yaml.
-- Materialized: table
WITH habits AS (
    SELECT
        company_id,
        habit
    FROM delays.delay_habits
    UNION
    -- Always there, for the company as a whole: forecasts of past weeks are made with it.
    SELECT
        company_id,
        0 AS habit
    FROM score.company_history
),

numbers AS (
    SELECT unnest(generate_series(-60, 360))::INTEGER AS days
),

weekdays AS (
    SELECT unnest(generate_series(1, 7))::INTEGER AS due_weekday
),

days AS (
    SELECT
        numbers.days,
        hazards.hazard
    FROM numbers
    ASOF INNER JOIN policy.delay_hazards AS hazards ON numbers.days <= hazards.until_day
),

grid AS (
    SELECT
        habits.company_id,
        habits.habit,
        weekdays.due_weekday,
        days.days,
        days.hazard AS prior_hazard
    FROM habits
    CROSS JOIN weekdays
    CROSS JOIN days
),

at_risk AS (
    SELECT
        grid.company_id,
        grid.habit,
        grid.due_weekday,
        grid.days,
        grid.prior_hazard,
        coalesce(counts.received, 0) AS received,
        sum(coalesce(counts.begun, 0) - coalesce(counts.ceased, 0)) OVER past + coalesce(counts.ceased, 0) AS open_count
    FROM grid
    LEFT JOIN delays.delay_counts AS counts
        ON
            grid.company_id = counts.company_id
            AND grid.habit = counts.habit
            AND grid.due_weekday = counts.due_weekday
            AND grid.days = counts.days
    WINDOW past AS (PARTITION BY grid.company_id, grid.habit, grid.due_weekday ORDER BY grid.days)
),

companies AS (
    SELECT
        company_id,
        due_weekday,
        days,
        any_value(prior_hazard) AS prior_hazard,
        sum(received) AS received,
        sum(open_count) AS open_count
    FROM at_risk
    GROUP BY company_id, due_weekday, days
),

drawn AS (
    SELECT
        companies.company_id,
        companies.due_weekday,
        companies.days,
        companies.open_count,
        (
            companies.received
            + card.delay_prior_weight
            * (sum(companies.received) OVER around + card.delay_prior_weight * companies.prior_hazard)
            / (greatest(sum(companies.open_count) OVER around, 0) + card.delay_prior_weight)
        ) / (greatest(companies.open_count, 0) + card.delay_prior_weight) AS hazard
    FROM companies
    CROSS JOIN policy.scorecard_parameters AS card
    WINDOW around AS (
        PARTITION BY companies.company_id, companies.due_weekday ORDER BY companies.days
        ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING
    )
),

hazards AS (
    SELECT
        at_risk.company_id,
        at_risk.habit,
        at_risk.due_weekday,
        at_risk.days,
        drawn.open_count,
        -- Money that went back makes a day's count negative, and a hazard of 1 would leave nothing to condition on.
        least(
            greatest(
                if(
                    at_risk.habit = 0,
                    drawn.hazard,
                    (at_risk.received + card.delay_habit_weight * drawn.hazard)
                    / (greatest(at_risk.open_count, 0) + card.delay_habit_weight)
                ),
                0
            ),
            0.999
        ) AS hazard
    FROM at_risk
    INNER JOIN drawn
        ON
            at_risk.company_id = drawn.company_id
            AND at_risk.due_weekday = drawn.due_weekday
            AND at_risk.days = drawn.days
    CROSS JOIN policy.scorecard_parameters AS card
)

SELECT
    company_id,
    habit,
    due_weekday,
    days,
    1 - exp(sum(ln(1 - hazard)) OVER past) AS paid_share,
    open_count::BIGINT AS open_count
FROM hazards
WINDOW past AS (PARTITION BY company_id, habit, due_weekday ORDER BY days)
