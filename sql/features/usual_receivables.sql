-- A usual receivable of each customer, as if it were issued on a day: what the customer's own score is asked of.
-- Grain: company, customer, scored_on of scoring.customer_days; customers with a document issued before it. Columns: as
-- features.points.
-- It is like the newest document (of several the last by receivable_id), of the mean logarithm of the amounts in its
-- currency, so that currencies are never added. Due on the third Wednesday of the month (15 to 21) in which its terms
-- end: no weekend and no turn of the month, so that today's date moves no customer's score, and that of 90 days ago is
-- asked of the same thing.
-- receivable_id begins with a control character, which no exported id does.
-- Leak-free: documents issued before scored_on, and no outcome.
-- Materialized: table
WITH newest_days AS (
    SELECT
        items.company_id,
        items.customer_id,
        days.scored_on,
        max(items.invoice_date) AS invoice_date
    FROM scoring.customer_days AS days
    INNER JOIN features.items AS items
        ON
            days.scored_on > items.invoice_date
            AND days.scored_on > items.stands_after
            AND days.scored_on <= items.stands_until
    GROUP BY items.company_id, items.customer_id, days.scored_on
),

newest AS (
    SELECT
        newest_days.company_id,
        newest_days.customer_id,
        newest_days.scored_on,
        max(items.receivable_id) AS receivable_id
    FROM newest_days
    INNER JOIN features.items AS items
        ON
            newest_days.company_id = items.company_id
            AND newest_days.customer_id = items.customer_id
            AND newest_days.invoice_date = items.invoice_date
    GROUP BY newest_days.company_id, newest_days.customer_id, newest_days.scored_on
),

amounts AS (
    SELECT
        items.company_id,
        items.customer_id,
        items.currency,
        days.scored_on,
        exp((sum(ln(1 + items.amount::DOUBLE)::DECIMAL(18, 15)) / count(*))::DOUBLE) - 1 AS amount
    FROM scoring.customer_days AS days
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN features.items AS items
        ON
            days.scored_on > items.invoice_date
            AND days.scored_on > items.stands_after
            AND days.scored_on <= items.stands_until
            AND items.invoice_date >= days.scored_on - settings.history_days
    GROUP BY items.company_id, items.customer_id, items.currency, days.scored_on
),

like_newest AS (
    SELECT
        items.*,
        newest.scored_on,
        coalesce(amounts.amount::DECIMAL(18, 2), items.amount) AS usual_amount,
        date_diff('day', items.invoice_date, items.due_date) AS terms_days,
        date_trunc('month', newest.scored_on + date_diff('day', items.invoice_date, items.due_date)::INTEGER)::DATE
        + 14 AS fifteenth
    FROM newest
    INNER JOIN features.items AS items
        ON
            newest.company_id = items.company_id
            AND newest.receivable_id = items.receivable_id
            AND newest.scored_on > items.stands_after
            AND newest.scored_on <= items.stands_until
    LEFT JOIN amounts
        ON
            items.company_id = amounts.company_id
            AND items.customer_id = amounts.customer_id
            AND items.currency = amounts.currency
            AND newest.scored_on = amounts.scored_on
),

dated AS (
    SELECT
        like_newest.*,
        fifteenth + (10 - isodow(fifteenth))::INTEGER % 7 AS due_then
    FROM like_newest
)

SELECT
    company_id,
    customer_id,
    chr(31) || customer_id AS receivable_id,
    scored_on,
    currency,
    usual_amount AS amount,
    due_then - terms_days::INTEGER AS invoice_date,
    due_then AS due_date,
    due_then AS due_on,
    -terms_days AS days_overdue,
    isodow(due_then)::VARCHAR AS due_weekday,
    terms_band,
    (day(due_then) // 4)::VARCHAR AS month_part,
    branch,
    document_type,
    payment_method,
    country,
    zone,
    sector,
    customer_class,
    attribute_1,
    attribute_2,
    attribute_3,
    attribute_4,
    attribute_5,
    attribute_6
FROM dated
