-- The weeks that are forecast.
-- Grain: week_number: 0 the rest of the week of as_of, 1 … 13 the whole weeks after it. week_starts_on: its Monday.
-- last_working_day: its Friday. What is expected on a weekend comes on the Monday after: nobody pays then.
-- Materialized: view
SELECT
    numbers.week_number::INTEGER AS week_number,
    date_trunc('week', run.as_of)::DATE + (7 * numbers.week_number)::INTEGER AS week_starts_on,
    date_trunc('week', run.as_of)::DATE + (7 * numbers.week_number + 4)::INTEGER AS last_working_day
FROM run.parameters AS run
CROSS JOIN forecast.parameters AS settings
CROSS JOIN unnest(generate_series(0, settings.full_weeks)) AS numbers (week_number)
