-- How collection goes, month by month: one metric per row.
-- Grain: one row per month, segment, currency and metric; a metric that is not defined has no row.
-- Units: column unit: days, percent (0-100), receivables, or currency (the row's). Two decimals.
-- Formulas, with AR balance, CUR its part not yet due, S sales, D days of the period (here always one month):
--   dso = AR_end / S x D; best_possible_dso = CUR_end / S x D; average_days_delinquent = the first less the second
--     (creditguru.com: 15,000 / 10,000 x 30 = 45; 4,000 / 10,000 x 30 = 12; 33);
--   collection_effectiveness = (AR_begin + S - AR_end) / (AR_begin + S - CUR_end) x 100, the index of the Credit
--     Research Foundation with the period fixed to one month, N = 1
--     (6,200 + 3,630 - 6,340 over 6,200 + 3,630 - 3,590 is 55.93);
--   countback_dso: from the month's end back, a month's days while the balance covers its sales, then the part of a
--     month that the rest covers (6,340 on sales of 3,890 in 31 days and 3,610 in 28 days = 50.00).
-- The current month is measured on the days so far (is_complete is false).
-- Materialized: view
WITH steps_back AS (
    SELECT
        m.company_id,
        m.month,
        m.segment,
        m.currency,
        m.end_amount,
        b.days_in_month,
        b.sales_amount,
        sum(b.sales_amount) OVER going_back AS sales_up_to_here
    FROM report.monthly AS m
    INNER JOIN report.monthly AS b
        ON
            m.company_id = b.company_id
            AND m.segment = b.segment
            AND m.currency = b.currency
            AND m.month >= b.month
    WINDOW going_back AS (PARTITION BY m.company_id, m.month, m.segment, m.currency ORDER BY b.month DESC)
),

countback AS (
    SELECT
        company_id,
        month,
        segment,
        currency,
        sum(
            CASE
                WHEN sales_up_to_here - sales_amount >= end_amount THEN 0
                WHEN sales_up_to_here <= end_amount THEN days_in_month
                ELSE days_in_month * (end_amount - sales_up_to_here + sales_amount) / sales_amount
            END
        ) AS days
    FROM steps_back
    GROUP BY company_id, month, segment, currency
    -- A balance larger than all the sales known cannot be counted back.
    HAVING max(sales_up_to_here) >= any_value(end_amount)
),

wide AS (
    SELECT
        m.company_id,
        m.month,
        m.period_end,
        m.is_complete,
        m.segment,
        m.currency,
        m.begin_amount::DECIMAL(18, 2) AS receivables_begin,
        m.end_amount::DECIMAL(18, 2) AS receivables_end,
        m.current_amount::DECIMAL(18, 2) AS current_end,
        m.overdue_amount::DECIMAL(18, 2) AS overdue_end,
        m.sales_amount::DECIMAL(18, 2) AS sales,
        m.collected_amount::DECIMAL(18, 2) AS collected,
        m.due_count::DECIMAL(18, 2) AS due_count,
        m.settled_count::DECIMAL(18, 2) AS settled_count,
        m.end_amount / nullif(m.sales_amount, 0) * m.days_in_month AS dso,
        m.current_amount / nullif(m.sales_amount, 0) * m.days_in_month AS best_possible_dso,
        m.overdue_amount / nullif(m.sales_amount, 0) * m.days_in_month AS average_days_delinquent,
        c.days AS countback_dso,
        100 * (
            (m.begin_amount + m.sales_amount - m.end_amount)
            / nullif(m.begin_amount + m.sales_amount - m.current_amount, 0)
        ) AS collection_effectiveness,
        100 * m.overdue_amount / nullif(m.end_amount, 0) AS overdue_share,
        100 * m.late_count / nullif(m.due_count, 0) AS late_share,
        100 * m.late_amount / nullif(m.due_amount, 0) AS late_amount_share,
        100 * m.at_risk_amount / nullif(m.sales_amount, 0) AS at_risk_share,
        m.late_day_amount / nullif(m.settled_amount, 0) AS weighted_days_late,
        m.median_days_late
    FROM report.monthly AS m
    LEFT JOIN countback AS c
        ON m.company_id = c.company_id AND m.month = c.month AND m.segment = c.segment AND m.currency = c.currency
),

-- A ratio whose base is next to nothing may not fit; then it is not defined.
rounded AS (
    SELECT
        w.company_id,
        w.month,
        w.period_end,
        w.is_complete,
        w.segment,
        w.currency,
        w.receivables_begin,
        w.receivables_end,
        w.current_end,
        w.overdue_end,
        w.sales,
        w.collected,
        w.due_count,
        w.settled_count,
        try_cast(w.dso AS DECIMAL(18, 2)) AS dso,
        try_cast(w.best_possible_dso AS DECIMAL(18, 2)) AS best_possible_dso,
        try_cast(w.average_days_delinquent AS DECIMAL(18, 2)) AS average_days_delinquent,
        try_cast(w.countback_dso AS DECIMAL(18, 2)) AS countback_dso,
        try_cast(w.collection_effectiveness AS DECIMAL(18, 2)) AS collection_effectiveness,
        try_cast(w.overdue_share AS DECIMAL(18, 2)) AS overdue_share,
        try_cast(w.late_share AS DECIMAL(18, 2)) AS late_share,
        try_cast(w.late_amount_share AS DECIMAL(18, 2)) AS late_amount_share,
        try_cast(w.at_risk_share AS DECIMAL(18, 2)) AS at_risk_share,
        try_cast(w.weighted_days_late AS DECIMAL(18, 2)) AS weighted_days_late,
        try_cast(w.median_days_late AS DECIMAL(18, 2)) AS median_days_late
    FROM wide AS w
),

-- Undefined metrics fall out here: UNPIVOT leaves NULL out.
metrics AS (
    SELECT
        company_id,
        month,
        period_end,
        is_complete,
        segment,
        currency,
        metric,
        value
    FROM rounded
    UNPIVOT (
        value FOR metric IN (
            receivables_begin,
            receivables_end,
            current_end,
            overdue_end,
            sales,
            collected,
            due_count,
            settled_count,
            dso,
            best_possible_dso,
            average_days_delinquent,
            countback_dso,
            collection_effectiveness,
            overdue_share,
            late_share,
            late_amount_share,
            at_risk_share,
            weighted_days_late,
            median_days_late
        )
    )
)

SELECT
    company_id,
    month,
    period_end,
    is_complete,
    segment,
    currency,
    metric,
    value,
    CASE
        WHEN metric IN ('collection_effectiveness') OR ends_with(metric, '_share') THEN 'percent'
        WHEN ends_with(metric, '_count') THEN 'receivables'
        WHEN ends_with(metric, '_dso') OR contains(metric, 'days') OR metric = 'dso' THEN 'days'
        ELSE 'currency'
    END AS unit
FROM metrics
