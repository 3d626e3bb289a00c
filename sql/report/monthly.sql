-- The amounts that collection metrics are made of, for every month of the history, recomputed in every run.
-- Grain: one row per company, month, segment and currency (company_id, month, segment, currency), from the first month
-- with an invoice on. Segment '*' is all customers. The segment is the customer's of today: history is re-read in
-- today's groups.
-- Units: amounts in the row's currency, gross, positive; counts are receivables; day_amount is days x amount.
-- What counts: invoices and debit notes. Credit notes and unapplied payments stay out of the balance, disputed items in
-- (Upflow's convention). A balance at a past day is what is open now plus what was applied since, so that the last
-- month ties to staging.open_receivables to the cent, whatever the export left unexplained.
-- An item is overdue from the day after its due date. A payment before the invoice lowers the balance from the invoice
-- on. Items that are closed without a known date are in no measure of punctuality. Money booked ahead of as_of counts
-- as collected on as_of, as it lowers what is open; the punctuality of what it settles waits for its day.
-- 90 days of at_risk: Upflow's definition of the rate.
-- Materialized: table
WITH items AS (
    -- Grouped by their dates at once: a hundred thousand groups stand for millions of items in all that follows.
    SELECT
        s.company_id,
        coalesce(g.segment, 'unknown') AS segment,
        s.currency,
        s.invoice_date,
        s.due_date,
        s.settled_on,
        s.open_amount > 0 AS is_open,
        p.as_of,
        count(*) AS items,
        sum(s.amount) AS amount,
        sum(s.open_amount) AS open_amount
    FROM staging.settlements AS s
    INNER JOIN run.parameters AS p ON s.invoice_date <= p.as_of
    LEFT JOIN segment.customers AS g ON s.company_id = g.company_id AND s.customer_id = g.customer_id
    -- Credit notes are the negative ones (contract of receivables, rule amount_sign_fits_type).
    WHERE s.amount > 0
    GROUP BY s.company_id, g.segment, s.currency, s.invoice_date, s.due_date, s.settled_on, s.open_amount > 0, p.as_of
),

applied AS (
    SELECT
        s.company_id,
        coalesce(g.segment, 'unknown') AS segment,
        s.currency,
        s.invoice_date,
        s.due_date,
        least(a.paid_on, p.as_of) AS paid_on,
        p.as_of,
        sum(a.amount) AS amount
    FROM staging.allocations AS a
    INNER JOIN staging.settlements AS s ON a.company_id = s.company_id AND a.receivable_id = s.receivable_id
    INNER JOIN run.parameters AS p ON s.invoice_date <= p.as_of
    LEFT JOIN segment.customers AS g ON s.company_id = g.company_id AND s.customer_id = g.customer_id
    WHERE s.amount > 0
    GROUP BY
        s.company_id, g.segment, s.currency, s.invoice_date, s.due_date, least(a.paid_on, p.as_of), p.as_of
),

dated_items AS (
    SELECT
        *,
        greatest(due_date + 1, invoice_date) AS overdue_from,
        date_diff('day', due_date, settled_on) AS days_late,
        -- The day of the month's punctuality in which the items count; NULL while it is not known.
        if(due_date < as_of AND (is_open OR settled_on IS NOT NULL), due_date, NULL) AS judged_on,
        if(due_date + 90 >= as_of, invoice_date, NULL) AS immature_on,
        settled_on IS NULL OR settled_on > due_date AS is_late
    FROM items
),

dated_applied AS (
    SELECT
        *,
        greatest(due_date + 1, invoice_date) AS overdue_from,
        if(paid_on > due_date + 90, invoice_date, NULL) AS at_risk_on
    FROM applied
),

-- Everything that happens to a measure, on its day; running sums of `balance` and `overdue` are the balances.
events AS (
    SELECT
        company_id,
        segment,
        currency,
        as_of,
        unnest([
            struct_pack(measure := 'balance', on_day := invoice_date, value := open_amount),
            struct_pack(measure := 'overdue', on_day := overdue_from, value := open_amount),
            struct_pack(measure := 'sales', on_day := invoice_date, value := amount),
            struct_pack(measure := 'due_count', on_day := judged_on, value := items),
            struct_pack(measure := 'due_amount', on_day := judged_on, value := amount),
            struct_pack(measure := 'late_count', on_day := if(is_late, judged_on, NULL), value := items),
            struct_pack(measure := 'late_amount', on_day := if(is_late, judged_on, NULL), value := amount),
            struct_pack(measure := 'settled_count', on_day := settled_on, value := items),
            struct_pack(measure := 'settled_amount', on_day := settled_on, value := amount),
            struct_pack(measure := 'late_day_amount', on_day := settled_on, value := days_late * amount),
            struct_pack(measure := 'at_risk_amount', on_day := invoice_date, value := open_amount),
            struct_pack(measure := 'immature_count', on_day := immature_on, value := items)
        ]) AS event
    FROM dated_items
    UNION ALL
    SELECT
        company_id,
        segment,
        currency,
        as_of,
        unnest([
            struct_pack(measure := 'balance', on_day := invoice_date, value := amount),
            struct_pack(measure := 'balance', on_day := greatest(paid_on, invoice_date), value := -amount),
            struct_pack(measure := 'overdue', on_day := overdue_from, value := amount),
            struct_pack(measure := 'overdue', on_day := greatest(paid_on, overdue_from), value := -amount),
            struct_pack(measure := 'collected', on_day := paid_on, value := amount),
            struct_pack(measure := 'at_risk_amount', on_day := at_risk_on, value := amount)
        ]) AS event
    FROM dated_applied
),

sums AS (
    SELECT
        company_id,
        date_trunc('month', event['on_day'])::DATE AS month,
        if(grouping(segment) = 1, '*', segment) AS segment,
        currency,
        sum(event['value']) FILTER (WHERE event['measure'] = 'balance') AS balance_change,
        sum(event['value']) FILTER (WHERE event['measure'] = 'overdue') AS overdue_change,
        sum(event['value']) FILTER (WHERE event['measure'] = 'sales') AS sales_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'collected') AS collected_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'due_count') AS due_count,
        sum(event['value']) FILTER (WHERE event['measure'] = 'due_amount') AS due_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'late_count') AS late_count,
        sum(event['value']) FILTER (WHERE event['measure'] = 'late_amount') AS late_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'settled_count') AS settled_count,
        sum(event['value']) FILTER (WHERE event['measure'] = 'settled_amount') AS settled_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'late_day_amount') AS late_day_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'at_risk_amount') AS at_risk_amount,
        sum(event['value']) FILTER (WHERE event['measure'] = 'immature_count') AS immature_count
    FROM events
    WHERE event['on_day'] <= as_of
    GROUP BY GROUPING SETS (
        (company_id, date_trunc('month', event['on_day'])::DATE, currency),
        (company_id, date_trunc('month', event['on_day'])::DATE, currency, segment)
    )
),

-- The median without unfolding the groups: the values at the middle of the running count, both when it is even.
lateness AS (
    SELECT
        company_id,
        date_trunc('month', settled_on)::DATE AS month,
        if(grouping(segment) = 1, '*', segment) AS segment,
        currency,
        days_late,
        sum(items) AS items
    FROM dated_items
    WHERE settled_on <= as_of
    GROUP BY GROUPING SETS (
        (company_id, date_trunc('month', settled_on)::DATE, currency, days_late),
        (company_id, date_trunc('month', settled_on)::DATE, currency, days_late, segment)
    )
),

lateness_counted AS (
    SELECT
        company_id,
        month,
        segment,
        currency,
        days_late,
        2 * sum(items) OVER (PARTITION BY company_id, month, segment, currency ORDER BY days_late) AS twice_up_to_here,
        sum(items) OVER (PARTITION BY company_id, month, segment, currency) AS all_items
    FROM lateness
),

medians AS (
    SELECT
        company_id,
        month,
        segment,
        currency,
        (
            min(days_late) FILTER (WHERE twice_up_to_here >= all_items)
            + min(days_late) FILTER (WHERE twice_up_to_here > all_items)
        ) / 2 AS median_days_late
    FROM lateness_counted
    GROUP BY company_id, month, segment, currency
),

-- Every month from a group's first invoice to the run's date, so that quiet months carry their balances on.
grid AS (
    SELECT
        g.company_id,
        g.segment,
        g.currency,
        p.as_of,
        unnest(generate_series(g.first_month, date_trunc('month', p.as_of), INTERVAL 1 MONTH))::DATE AS month
    FROM (
        SELECT
            company_id,
            segment,
            currency,
            min(month) FILTER (WHERE sales_amount IS NOT NULL) AS first_month
        FROM sums
        GROUP BY company_id, segment, currency
    ) AS g
    CROSS JOIN run.parameters AS p
),

balances AS (
    SELECT
        g.company_id,
        g.month,
        g.segment,
        g.currency,
        least(last_day(g.month), g.as_of) AS period_end,
        last_day(g.month) <= g.as_of AS is_complete,
        sum(coalesce(s.balance_change, 0)) OVER history AS end_amount,
        sum(coalesce(s.overdue_change, 0)) OVER history AS overdue_amount,
        coalesce(s.balance_change, 0) AS balance_change,
        coalesce(s.sales_amount, 0) AS sales_amount,
        coalesce(s.collected_amount, 0) AS collected_amount,
        coalesce(s.due_count, 0) AS due_count,
        coalesce(s.due_amount, 0) AS due_amount,
        coalesce(s.late_count, 0) AS late_count,
        coalesce(s.late_amount, 0) AS late_amount,
        coalesce(s.settled_count, 0) AS settled_count,
        coalesce(s.settled_amount, 0) AS settled_amount,
        coalesce(s.late_day_amount, 0) AS late_day_amount,
        if(s.immature_count > 0, NULL, s.at_risk_amount) AS at_risk_amount
    FROM grid AS g
    LEFT JOIN sums AS s
        ON g.company_id = s.company_id AND g.month = s.month AND g.segment = s.segment AND g.currency = s.currency
    WINDOW history AS (PARTITION BY g.company_id, g.segment, g.currency ORDER BY g.month)
)

SELECT
    b.company_id,
    b.month,
    b.segment,
    b.currency,
    b.period_end,
    b.is_complete,
    date_diff('day', b.month, b.period_end) + 1 AS days_in_month,
    b.end_amount - b.balance_change AS begin_amount,
    b.end_amount,
    b.end_amount - b.overdue_amount AS current_amount,
    b.overdue_amount,
    b.sales_amount,
    b.collected_amount,
    b.due_count,
    b.due_amount,
    b.late_count,
    b.late_amount,
    b.settled_count,
    b.settled_amount,
    b.late_day_amount,
    m.median_days_late,
    b.at_risk_amount
FROM balances AS b
LEFT JOIN medians AS m
    ON b.company_id = m.company_id AND b.month = m.month AND b.segment = m.segment AND b.currency = m.currency
