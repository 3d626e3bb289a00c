-- The exposures of a company added up by their dates: a hundred thousand rows stand for millions in what follows.
-- Grain: company, currency, invoice_date, due_date, closed_on (NULL: open now). `amount` in `currency`;
-- exposure_count: how many amounts, those that went back left out.
-- history_from: first month's end from which money was received: before that the export shows only what stayed open,
-- and everything in it would seem to roll on. NULL where none was ever received.
-- Materialized: table
WITH dated AS (
    SELECT
        customers.company_id,
        exposures.currency,
        exposures.invoice_date,
        exposures.due_date,
        exposures.closed_on,
        sum(exposures.amount)::DECIMAL(18, 2) AS amount,
        count(*) FILTER (WHERE exposures.amount > 0) AS exposure_count
    FROM loss.exposures AS exposures
    INNER JOIN loss.customers AS customers ON exposures.customer_number = customers.customer_number
    GROUP BY
        customers.company_id, exposures.currency, exposures.invoice_date, exposures.due_date, exposures.closed_on
)

SELECT
    company_id,
    currency,
    invoice_date,
    due_date,
    closed_on,
    amount,
    exposure_count,
    last_day(min(closed_on) OVER (PARTITION BY company_id, currency)) AS history_from
FROM dated
