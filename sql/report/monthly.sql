-- The amounts that collection metrics are made of, for every month of the history, recomputed in every run.
-- Grain: company, month (its first day), dimension, dimension_value, currency: all customers ('all', '*') and every
-- value of the dimensions of report.dimensions; every month from the first invoice of a value to as_of, so that quiet
-- months carry their balances on. Groups are those of today: history is re-read in them.
-- Units: amounts in the row's currency, gross, positive; counts are receivables; …day_amount is days x amount.
-- What counts: invoices and debit notes. Credit notes and unapplied payments stay out of the balance, disputed items in
-- (Upflow's convention). Balances are at period_end: the month's last day, or as_of in the current month; that of as_of
-- ties to staging.open_receivables to the cent, whatever the export left unexplained.
-- Ageing at period_end: current and overdue_… by due date, aged_… by invoice date, the right end of a bucket included
-- (the ranges ERPNext starts with, and its two ways of ageing). An item is overdue from the day after its due date.
-- at_risk_amount is NULL while any of the month's receivables is not yet 90 days past due.
-- The other sums are those of report.balance_changes and report.item_changes.
-- Materialized: table
WITH changes AS (
    SELECT
        dimensions.company_id,
        changes.month,
        dimensions.dimension,
        dimensions.dimension_value,
        changes.currency,
        sum(changes.open_amount) AS open_amount,
        sum(changes.overdue_amount) AS overdue_amount,
        sum(changes.overdue_31_amount) AS overdue_31_amount,
        sum(changes.overdue_61_amount) AS overdue_61_amount,
        sum(changes.overdue_91_amount) AS overdue_91_amount,
        sum(changes.aged_1_amount) AS aged_1_amount,
        sum(changes.aged_31_amount) AS aged_31_amount,
        sum(changes.aged_61_amount) AS aged_61_amount,
        sum(changes.aged_91_amount) AS aged_91_amount,
        sum(changes.at_risk_amount) AS at_risk_amount,
        sum(changes.collected_amount) AS collected_amount,
        sum(changes.received_amount) AS received_amount,
        sum(changes.day_amount) AS day_amount,
        sum(changes.sales_amount) AS sales_amount,
        sum(changes.immature_count) AS immature_count,
        sum(changes.due_count) AS due_count,
        sum(changes.due_amount) AS due_amount,
        sum(changes.late_count) AS late_count,
        sum(changes.late_amount) AS late_amount,
        sum(changes.settled_count) AS settled_count,
        sum(changes.settled_amount) AS settled_amount,
        sum(changes.late_day_amount) AS late_day_amount
    FROM (
        FROM report.balance_changes
        UNION ALL BY NAME
        FROM report.item_changes
    ) AS changes
    INNER JOIN report.dimensions AS dimensions ON changes.group_number = dimensions.group_number
    GROUP BY
        dimensions.company_id, changes.month, dimensions.dimension, dimensions.dimension_value, changes.currency
),

grid AS (
    SELECT
        first.company_id,
        first.dimension,
        first.dimension_value,
        first.currency,
        run.as_of,
        unnest(generate_series(first.month, date_trunc('month', run.as_of), INTERVAL 1 MONTH))::DATE AS month
    FROM (
        SELECT
            company_id,
            dimension,
            dimension_value,
            currency,
            min(month) FILTER (WHERE sales_amount IS NOT NULL) AS month
        FROM changes
        GROUP BY company_id, dimension, dimension_value, currency
    ) AS first
    CROSS JOIN run.parameters AS run
),

balances AS (
    SELECT
        grid.company_id,
        grid.month,
        grid.dimension,
        grid.dimension_value,
        grid.currency,
        least(last_day(grid.month), grid.as_of) AS period_end,
        last_day(grid.month) <= grid.as_of AS is_complete,
        coalesce(changes.open_amount, 0) AS added_amount,
        sum(coalesce(changes.open_amount, 0)) OVER history AS open_amount,
        sum(coalesce(changes.overdue_amount, 0)) OVER history AS overdue_amount,
        sum(coalesce(changes.overdue_31_amount, 0)) OVER history AS overdue_31_amount,
        sum(coalesce(changes.overdue_61_amount, 0)) OVER history AS overdue_61_amount,
        sum(coalesce(changes.overdue_91_amount, 0)) OVER history AS overdue_91_amount,
        sum(coalesce(changes.aged_1_amount, 0)) OVER history AS aged_1_amount,
        sum(coalesce(changes.aged_31_amount, 0)) OVER history AS aged_31_amount,
        sum(coalesce(changes.aged_61_amount, 0)) OVER history AS aged_61_amount,
        sum(coalesce(changes.aged_91_amount, 0)) OVER history AS aged_91_amount,
        if(changes.immature_count = 0, coalesce(changes.at_risk_amount, 0), NULL) AS at_risk_amount,
        coalesce(changes.collected_amount, 0) AS collected_amount,
        coalesce(changes.received_amount, 0) AS received_amount,
        coalesce(changes.day_amount, 0) AS day_amount,
        coalesce(changes.sales_amount, 0) AS sales_amount,
        coalesce(changes.due_count, 0) AS due_count,
        coalesce(changes.due_amount, 0) AS due_amount,
        coalesce(changes.late_count, 0) AS late_count,
        coalesce(changes.late_amount, 0) AS late_amount,
        coalesce(changes.settled_count, 0) AS settled_count,
        coalesce(changes.settled_amount, 0) AS settled_amount,
        coalesce(changes.late_day_amount, 0) AS late_day_amount
    FROM grid
    LEFT JOIN changes
        ON
            grid.company_id = changes.company_id
            AND grid.month = changes.month
            AND grid.dimension = changes.dimension
            AND grid.dimension_value = changes.dimension_value
            AND grid.currency = changes.currency
    WINDOW history AS (
        PARTITION BY grid.company_id, grid.dimension, grid.dimension_value, grid.currency ORDER BY grid.month
    )
)

SELECT
    company_id,
    month,
    dimension,
    dimension_value,
    currency,
    period_end,
    is_complete,
    date_diff('day', month, period_end) + 1 AS days_in_month,
    open_amount - added_amount AS begin_amount,
    open_amount AS end_amount,
    open_amount - overdue_amount AS current_amount,
    overdue_amount,
    overdue_amount - overdue_31_amount AS overdue_1_30_amount,
    overdue_31_amount - overdue_61_amount AS overdue_31_60_amount,
    overdue_61_amount - overdue_91_amount AS overdue_61_90_amount,
    overdue_91_amount AS overdue_over_90_amount,
    open_amount - aged_1_amount AS aged_0_amount,
    aged_1_amount - aged_31_amount AS aged_1_30_amount,
    aged_31_amount - aged_61_amount AS aged_31_60_amount,
    aged_61_amount - aged_91_amount AS aged_61_90_amount,
    aged_91_amount AS aged_over_90_amount,
    sales_amount,
    collected_amount,
    received_amount,
    day_amount,
    due_count,
    due_amount,
    late_count,
    late_amount,
    settled_count,
    settled_amount,
    late_day_amount,
    at_risk_amount
FROM balances
