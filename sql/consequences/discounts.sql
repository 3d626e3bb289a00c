-- What a customer may take off who pays early: for receivables of segments that offer it, until its last day.
-- Grain: one row per open receivable with an offer still open on the run's day (company_id, receivable_id).
-- Units: discount_amount and amount_due positive, in currency, rounded half up to its smallest unit; together they are
-- open_amount. last_day: the invoice date and the days of the offer, included; earlier than the due date.
-- percent of what is open; yearly_cost_percent: what not taking it costs a year, d / (1 - d) x 365 / (net days -
-- discount days), the textbook form.
-- Materialized: view
WITH offers AS (
    SELECT
        o.company_id,
        o.customer_id,
        o.receivable_id,
        o.currency,
        o.open_amount,
        o.invoice_date,
        o.due_date,
        t.discount_percent AS percent,
        o.invoice_date + t.discount_days AS last_day,
        coalesce(u.cents, 1) AS cents,
        run.as_of
    FROM staging.open_items AS o
    CROSS JOIN run.parameters AS run
    INNER JOIN segment.customers AS s ON o.company_id = s.company_id AND o.customer_id = s.customer_id
    INNER JOIN policy.consequence_terms AS t ON s.segment = t.segment
    LEFT JOIN policy.currency_units AS u ON o.currency = u.currency
    WHERE t.discount_percent IS NOT NULL
),

rounded AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        currency,
        open_amount,
        percent,
        last_day,
        date_diff('day', last_day, due_date) AS days_earlier,
        (
            (
                (2 * (open_amount * 100)::HUGEINT * (percent * 10000)::HUGEINT + 1000000::HUGEINT * cents)
                // (2 * 1000000::HUGEINT * cents)
                * cents
            )::BIGINT::DECIMAL(18, 0)
            * 0.01::DECIMAL(2, 2)
        )::DECIMAL(18, 2) AS discount_amount
    FROM offers
    WHERE last_day >= as_of AND last_day < due_date
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount,
    percent,
    last_day,
    discount_amount,
    (open_amount - discount_amount)::DECIMAL(18, 2) AS amount_due,
    100 * percent::DOUBLE / (100 - percent::DOUBLE) * 365 / days_earlier AS yearly_cost_percent
FROM rounded
WHERE discount_amount > 0
