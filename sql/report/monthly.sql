-- The amounts that collection metrics are made of, for every month of the history, recomputed in every run.
-- Grain: one row per company, month, segment and currency (company_id, month, segment, currency), from the first month
-- with an invoice on. Segment '*' is all customers. The segment is the customer's of today: history is re-read in
-- today's groups.
-- Units: amounts in the row's currency, gross, positive; counts are receivables; day_amount is days x amount.
-- What counts: invoices and debit notes. Credit notes and unapplied payments stay out of the balance, disputed items in
-- (Upflow's convention). A balance at a past day is what is open now plus what was applied since, so that the last
-- month ties to staging.open_receivables to the cent, whatever the export left unexplained.
-- An item is overdue from the day after its due date. A payment before the invoice lowers the balance from the invoice
-- on. Items that are closed without a known date are in no measure of punctuality.
-- 90 days of at_risk: Upflow's definition of the rate.
-- Materialized: table
WITH items AS (
    SELECT
        r.company_id,
        r.receivable_id,
        r.currency,
        coalesce(g.segment, 'unknown') AS segment,
        r.invoice_date,
        greatest(r.due_date + 1, r.invoice_date) AS overdue_from,
        r.due_date,
        r.amount,
        s.settled_on,
        s.open_amount,
        p.as_of,
        date_diff('day', r.due_date, s.settled_on) AS days_late,
        -- The day of the month's punctuality in which the item counts; NULL while it is not known.
        if(r.due_date < p.as_of AND (s.open_amount > 0 OR s.settled_on IS NOT NULL), r.due_date, NULL) AS judged_on,
        if(r.due_date + 90 >= p.as_of, r.invoice_date, NULL) AS immature_on,
        s.settled_on IS NULL OR s.settled_on > r.due_date AS is_late
    FROM staging.receivables AS r
    INNER JOIN staging.settlements AS s ON r.company_id = s.company_id AND r.receivable_id = s.receivable_id
    INNER JOIN run.parameters AS p ON r.invoice_date <= p.as_of
    LEFT JOIN segment.customers AS g ON r.company_id = g.company_id AND r.customer_id = g.customer_id
    WHERE r.document_type IN ('invoice', 'debit_note')
),

applied AS (
    SELECT
        i.company_id,
        i.segment,
        i.currency,
        i.invoice_date,
        i.overdue_from,
        i.as_of,
        a.paid_on,
        if(a.paid_on > i.due_date + 90, i.invoice_date, NULL) AS at_risk_on,
        a.amount
    FROM staging.allocations AS a
    INNER JOIN items AS i ON a.company_id = i.company_id AND a.receivable_id = i.receivable_id
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
            struct_pack(measure := 'due_count', on_day := judged_on, value := 1),
            struct_pack(measure := 'due_amount', on_day := judged_on, value := amount),
            struct_pack(measure := 'late_count', on_day := if(is_late, judged_on, NULL), value := 1),
            struct_pack(measure := 'late_amount', on_day := if(is_late, judged_on, NULL), value := amount),
            struct_pack(measure := 'settled_count', on_day := settled_on, value := 1),
            struct_pack(measure := 'settled_amount', on_day := settled_on, value := amount),
            struct_pack(measure := 'late_day_amount', on_day := settled_on, value := days_late * amount),
            struct_pack(measure := 'at_risk_amount', on_day := invoice_date, value := open_amount),
            struct_pack(measure := 'immature_count', on_day := immature_on, value := 1)
        ]) AS event
    FROM items
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
    FROM applied
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

medians AS (
    SELECT
        i.company_id,
        date_trunc('month', i.settled_on)::DATE AS month,
        if(grouping(i.segment) = 1, '*', i.segment) AS segment,
        i.currency,
        median(i.days_late) AS median_days_late
    FROM items AS i
    WHERE i.settled_on IS NOT NULL
    GROUP BY GROUPING SETS (
        (i.company_id, date_trunc('month', i.settled_on)::DATE, i.currency),
        (i.company_id, date_trunc('month', i.settled_on)::DATE, i.currency, i.segment)
    )
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
