-- What each month has in sales, in receivables that fell due, and in receivables that were settled.
-- Grain: group_number (report.groups), currency, month (its first day). Amounts in `currency`, of whole documents;
-- counts are receivables; late_day_amount is days x amount, negative where early.
-- sales_amount, immature_count by invoice date; immature_count: how many are not yet 90 days past due, so that the
-- month's at-risk rate is not known. due_…, late_… by due date: the receivables whose day is over and of which it is
-- known how they were paid, those that are closed without a known date left out. settled_… by the day of settlement.
-- Materialized: table
WITH items AS (
    -- A few thousand rows stand for millions in what follows.
    SELECT
        groups.group_number,
        settlements.currency,
        date_trunc('month', settlements.invoice_date)::DATE AS invoice_month,
        if(
            settlements.due_date < run.as_of
            AND (settlements.open_amount > 0 OR settlements.settled_on IS NOT NULL),
            date_trunc('month', settlements.due_date),
            NULL
        )::DATE AS judged_month,
        coalesce(settlements.settled_on > settlements.due_date, TRUE) AS is_late,
        settlements.due_date + 90 >= run.as_of AS is_immature,
        count(*) AS receivables,
        sum(settlements.amount) AS amount
    FROM staging.settlements AS settlements
    INNER JOIN run.parameters AS run ON settlements.invoice_date <= run.as_of
    INNER JOIN report.customer_groups AS groups
        ON settlements.company_id = groups.company_id AND settlements.customer_id = groups.customer_id
    -- Credit notes are the negative ones (contract of receivables, rule amount_sign_fits_type).
    WHERE settlements.amount > 0
    GROUP BY ALL
),

changes AS (
    SELECT
        group_number,
        currency,
        invoice_month AS month,
        sum(amount) AS sales_amount,
        coalesce(sum(receivables) FILTER (WHERE is_immature), 0) AS immature_count
    FROM items
    GROUP BY group_number, currency, invoice_month
    UNION ALL BY NAME
    SELECT
        group_number,
        currency,
        judged_month AS month,
        sum(receivables) AS due_count,
        sum(amount) AS due_amount,
        sum(receivables) FILTER (WHERE is_late) AS late_count,
        sum(amount) FILTER (WHERE is_late) AS late_amount
    FROM items
    WHERE judged_month IS NOT NULL
    GROUP BY group_number, currency, judged_month
    UNION ALL BY NAME
    SELECT
        group_number,
        currency,
        month,
        sum(receivables) AS settled_count,
        sum(amount) AS settled_amount,
        sum(days_late * amount) AS late_day_amount
    FROM report.days_late
    GROUP BY group_number, currency, month
)

SELECT
    group_number,
    currency,
    month,
    sum(sales_amount) AS sales_amount,
    sum(immature_count) AS immature_count,
    sum(due_count) AS due_count,
    sum(due_amount) AS due_amount,
    sum(late_count) AS late_count,
    sum(late_amount) AS late_amount,
    sum(settled_count) AS settled_count,
    sum(settled_amount) AS settled_amount,
    sum(late_day_amount) AS late_day_amount
FROM changes
GROUP BY group_number, currency, month
