-- What was forecast on the day of the work database for each whole week, and what of the then open receivables was paid,
-- which `later.receipts` holds: (company_id, receivable_id, currency, paid_on, amount), all that is known today.
-- Parameter: $known_on, the day up to which payments are known; only weeks that ended before it are judged.
-- Grain: currency, week_number 1 … 13.
WITH receipts AS (
    SELECT
        receivables.currency,
        receipts.receivable_id,
        date_trunc('week', receipts.paid_on)::DATE AS week_starts_on,
        least(sum(receipts.amount), any_value(receivables.open_amount)) AS amount
    FROM later.receipts AS receipts
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_items AS receivables
        ON receipts.company_id = receivables.company_id AND receipts.receivable_id = receivables.receivable_id
    WHERE receipts.paid_on > run.as_of
    GROUP BY ALL
),

actual AS (
    SELECT
        currency,
        week_starts_on,
        sum(amount) AS amount
    FROM receipts
    GROUP BY currency, week_starts_on
),

plans AS (
    SELECT
        receivables.currency,
        date_trunc('week', greatest(receivables.due_date, run.as_of + 1))::DATE AS due_week,
        date_trunc(
            'week',
            greatest(
                receivables.due_date
                + round(coalesce(history.days_late_sum / nullif(history.settled_count, 0), 0))::INTEGER,
                run.as_of + 1
            )
        )::DATE AS usual_week,
        receivables.open_amount AS amount
    FROM staging.open_items AS receivables
    CROSS JOIN run.parameters AS run
    LEFT JOIN score.customer_history AS history
        ON receivables.company_id = history.company_id AND receivables.customer_id = history.customer_id
),

due AS (
    SELECT
        currency,
        due_week,
        sum(amount) AS amount
    FROM plans
    GROUP BY currency, due_week
),

usual AS (
    SELECT
        currency,
        usual_week,
        sum(amount) AS amount
    FROM plans
    GROUP BY currency, usual_week
),

collected AS (
    SELECT
        receipts.currency,
        sum(receipts.amount) / 13 AS amount
    FROM later.receipts AS receipts
    CROSS JOIN run.parameters AS run
    WHERE receipts.paid_on <= run.as_of AND receipts.paid_on > run.as_of - 91
    GROUP BY receipts.currency
)

SELECT
    forecast.currency,
    forecast.period_number AS week_number,
    coalesce(actual.amount, 0)::DOUBLE AS actual,
    forecast.expected_amount::DOUBLE AS expected,
    forecast.low_amount::DOUBLE AS low,
    forecast.high_amount::DOUBLE AS high,
    coalesce(due.amount, 0)::DOUBLE AS due,
    coalesce(usual.amount, 0)::DOUBLE AS late_as_usual,
    coalesce(collected.amount, 0)::DOUBLE AS average
FROM mart.cash_forecast AS forecast
LEFT JOIN actual
    ON forecast.currency = actual.currency AND forecast.week_starts_on = actual.week_starts_on
LEFT JOIN due
    ON forecast.currency = due.currency AND forecast.week_starts_on = due.due_week
LEFT JOIN usual
    ON forecast.currency = usual.currency AND forecast.week_starts_on = usual.usual_week
LEFT JOIN collected ON forecast.currency = collected.currency
WHERE forecast.period = 'week' AND forecast.period_number > 0 AND forecast.week_starts_on + 6 < $known_on
ORDER BY forecast.currency, forecast.period_number
