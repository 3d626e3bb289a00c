-- What a plain forecast of the company would have said on past Mondays, and what came: how far off such forecasts are.
-- Grain: company, currency, made_on (the Mondays before that of as_of), week_number (1 the week of made_on …), only
-- weeks that ended before as_of. forecast_amount, actual_amount in `currency`, both of what was open on the evening
-- before made_on. The plain forecast tells customers apart in nothing (habit 0 of delays.delay_shares): how much more
-- comes in some weeks than in others is due to customers that pay much at once and to times, which it shows as well.
-- Materialized: table
WITH mondays AS (
    SELECT (date_trunc('week', run.as_of)::DATE - (7 * numbers.weeks_ago)::INTEGER) AS made_on
    FROM run.parameters AS run
    CROSS JOIN forecast.parameters AS settings
    CROSS JOIN unnest(generate_series(1, settings.past_weeks)) AS numbers (weeks_ago)
),

stood AS (
    SELECT
        dated.company_id,
        dated.currency,
        mondays.made_on,
        dated.due_date,
        date_trunc('week', dated.closed_on)::DATE AS closed_in,
        sum(dated.amount) AS amount
    FROM mondays
    INNER JOIN loss.dated_amounts AS dated
        ON
            mondays.made_on > dated.invoice_date
            AND mondays.made_on > dated.history_from
            AND (dated.closed_on IS NULL OR mondays.made_on <= dated.closed_on)
    GROUP BY ALL
),

open_amounts AS (
    SELECT
        company_id,
        currency,
        made_on,
        due_date,
        sum(amount) AS amount
    FROM stood
    GROUP BY company_id, currency, made_on, due_date
),

forecasts AS (
    SELECT
        open_amounts.company_id,
        open_amounts.currency,
        open_amounts.made_on,
        weeks.week_number,
        sum(
            open_amounts.amount::DOUBLE
            * (until_friday.paid_share - greatest(friday_before.paid_share, eve.paid_share)) / (1 - eve.paid_share)
        ) AS amount
    FROM open_amounts
    CROSS JOIN run.parameters AS run
    INNER JOIN forecast.weeks AS weeks
        ON weeks.week_number > 0 AND open_amounts.made_on + 7 * weeks.week_number < run.as_of
    INNER JOIN delays.delay_shares AS eve
        ON
            open_amounts.company_id = eve.company_id
            AND eve.habit = 0
            AND isodow(open_amounts.due_date) = eve.due_weekday
            AND eve.days = least(greatest(open_amounts.made_on - 1 - open_amounts.due_date, -60), 350)
    INNER JOIN delays.delay_shares AS friday_before
        ON
            open_amounts.company_id = friday_before.company_id
            AND friday_before.habit = 0
            AND isodow(open_amounts.due_date) = friday_before.due_weekday
            AND friday_before.days
            = least(greatest(open_amounts.made_on + 7 * weeks.week_number - 10 - open_amounts.due_date, -60), 360)
    INNER JOIN delays.delay_shares AS until_friday
        ON
            open_amounts.company_id = until_friday.company_id
            AND until_friday.habit = 0
            AND isodow(open_amounts.due_date) = until_friday.due_weekday
            AND until_friday.days
            = least(greatest(open_amounts.made_on + 7 * weeks.week_number - 3 - open_amounts.due_date, -60), 360)
    GROUP BY open_amounts.company_id, open_amounts.currency, open_amounts.made_on, weeks.week_number
)

SELECT
    forecasts.company_id,
    forecasts.currency,
    forecasts.made_on,
    forecasts.week_number,
    forecasts.amount AS forecast_amount,
    coalesce(sum(stood.amount), 0)::DOUBLE AS actual_amount
FROM forecasts
LEFT JOIN stood
    ON
        forecasts.company_id = stood.company_id
        AND forecasts.currency = stood.currency
        AND forecasts.made_on = stood.made_on
        AND stood.closed_in = forecasts.made_on + 7 * (forecasts.week_number - 1)
GROUP BY forecasts.company_id, forecasts.currency, forecasts.made_on, forecasts.week_number, forecasts.amount
