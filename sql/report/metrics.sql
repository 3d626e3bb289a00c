-- How collection goes, month by month: one metric per row, for all customers and for every value of the dimensions.
-- Grain: one row per company, month, dimension, dimension_value, currency and metric; a metric that is not defined has
-- no row.
-- Units: column unit: days, percent (0-100), receivables, or currency (the row's). Two decimals.
-- Formulas, with AR balance, CUR its part not yet due, S sales, D days of the period (here always one month):
--   dso = AR_end / S x D; best_possible_dso = CUR_end / S x D; average_days_delinquent = the first less the second
--     (creditguru.com: 15,000 / 10,000 x 30 = 45; 4,000 / 10,000 x 30 = 12; 33);
--   collection_effectiveness = (AR_begin + S - AR_end) / (AR_begin + S - CUR_end) x 100, the index of the Credit
--     Research Foundation with the period fixed to one month, N = 1
--     (6,200 + 3,630 - 6,340 over 6,200 + 3,630 - 3,590 is 55.93);
--   countback_dso: report.countback; median_days_late: report.medians; overdue_… and aged_… as in report.monthly;
--   collection_average ("promedio de cobranza"): days from invoice to money, weighted by amount, of what was
--     received in the month; money that came before its invoice counts 0 days, what went back is left out;
--   weighted_days_late = sum(days late x amount) / sum(amount) of what was settled in the month; n: settled_count.
-- The current month is measured on the days so far (is_complete is false).
-- Materialized: table
WITH wide AS (
    SELECT
        m.company_id,
        m.month,
        m.period_end,
        m.is_complete,
        m.dimension,
        m.dimension_value,
        m.currency,
        m.begin_amount::DECIMAL(18, 2) AS receivables_begin,
        m.end_amount::DECIMAL(18, 2) AS receivables_end,
        m.current_amount::DECIMAL(18, 2) AS current_end,
        m.overdue_amount::DECIMAL(18, 2) AS overdue_end,
        m.overdue_1_30_amount::DECIMAL(18, 2) AS overdue_1_30_end,
        m.overdue_31_60_amount::DECIMAL(18, 2) AS overdue_31_60_end,
        m.overdue_61_90_amount::DECIMAL(18, 2) AS overdue_61_90_end,
        m.overdue_over_90_amount::DECIMAL(18, 2) AS overdue_over_90_end,
        m.aged_0_amount::DECIMAL(18, 2) AS aged_0_end,
        m.aged_1_30_amount::DECIMAL(18, 2) AS aged_1_30_end,
        m.aged_31_60_amount::DECIMAL(18, 2) AS aged_31_60_end,
        m.aged_61_90_amount::DECIMAL(18, 2) AS aged_61_90_end,
        m.aged_over_90_amount::DECIMAL(18, 2) AS aged_over_90_end,
        m.sales_amount::DECIMAL(18, 2) AS sales,
        m.collected_amount::DECIMAL(18, 2) AS collected,
        m.due_count::DECIMAL(18, 2) AS due_count,
        m.settled_count::DECIMAL(18, 2) AS settled_count,
        m.end_amount / nullif(m.sales_amount, 0) * m.days_in_month AS dso,
        m.current_amount / nullif(m.sales_amount, 0) * m.days_in_month AS best_possible_dso,
        m.overdue_amount / nullif(m.sales_amount, 0) * m.days_in_month AS average_days_delinquent,
        c.countback_days AS countback_dso,
        m.day_amount / nullif(m.received_amount, 0) AS collection_average,
        100 * (
            (m.begin_amount + m.sales_amount - m.end_amount)
            / nullif(m.begin_amount + m.sales_amount - m.current_amount, 0)
        ) AS collection_effectiveness,
        100 * m.overdue_amount / nullif(m.end_amount, 0) AS overdue_share,
        100 * m.late_count / nullif(m.due_count, 0) AS late_share,
        100 * m.late_amount / nullif(m.due_amount, 0) AS late_amount_share,
        100 * m.at_risk_amount / nullif(m.sales_amount, 0) AS at_risk_share,
        m.late_day_amount / nullif(m.settled_amount, 0) AS weighted_days_late,
        d.median_days_late
    FROM report.monthly AS m
    LEFT JOIN report.countback AS c
        ON
            m.company_id = c.company_id
            AND m.month = c.month
            AND m.dimension = c.dimension
            AND m.dimension_value = c.dimension_value
            AND m.currency = c.currency
    LEFT JOIN report.medians AS d
        ON
            m.company_id = d.company_id
            AND m.month = d.month
            AND m.dimension = d.dimension
            AND m.dimension_value = d.dimension_value
            AND m.currency = d.currency
),

-- A ratio whose base is next to nothing may not fit; then it is not defined.
rounded AS (
    SELECT
        company_id,
        month,
        period_end,
        is_complete,
        dimension,
        dimension_value,
        currency,
        receivables_begin,
        receivables_end,
        current_end,
        overdue_end,
        overdue_1_30_end,
        overdue_31_60_end,
        overdue_61_90_end,
        overdue_over_90_end,
        aged_0_end,
        aged_1_30_end,
        aged_31_60_end,
        aged_61_90_end,
        aged_over_90_end,
        sales,
        collected,
        due_count,
        settled_count,
        try_cast(dso AS DECIMAL(18, 2)) AS dso,
        try_cast(best_possible_dso AS DECIMAL(18, 2)) AS best_possible_dso,
        try_cast(average_days_delinquent AS DECIMAL(18, 2)) AS average_days_delinquent,
        try_cast(countback_dso AS DECIMAL(18, 2)) AS countback_dso,
        try_cast(collection_average AS DECIMAL(18, 2)) AS collection_average,
        try_cast(collection_effectiveness AS DECIMAL(18, 2)) AS collection_effectiveness,
        try_cast(overdue_share AS DECIMAL(18, 2)) AS overdue_share,
        try_cast(late_share AS DECIMAL(18, 2)) AS late_share,
        try_cast(late_amount_share AS DECIMAL(18, 2)) AS late_amount_share,
        try_cast(at_risk_share AS DECIMAL(18, 2)) AS at_risk_share,
        try_cast(weighted_days_late AS DECIMAL(18, 2)) AS weighted_days_late,
        try_cast(median_days_late AS DECIMAL(18, 2)) AS median_days_late
    FROM wide
)

-- Undefined metrics fall out here: UNPIVOT leaves NULL out.
SELECT
    company_id,
    month,
    period_end,
    is_complete,
    dimension,
    dimension_value,
    currency,
    metric,
    value,
    CASE
        WHEN metric = 'collection_effectiveness' OR ends_with(metric, '_share') THEN 'percent'
        WHEN ends_with(metric, '_count') THEN 'receivables'
        WHEN ends_with(metric, 'dso') OR contains(metric, 'days') OR metric = 'collection_average' THEN 'days'
        ELSE 'currency'
    END AS unit
FROM rounded
UNPIVOT (
    value FOR metric IN (
        receivables_begin,
        receivables_end,
        current_end,
        overdue_end,
        overdue_1_30_end,
        overdue_31_60_end,
        overdue_61_90_end,
        overdue_over_90_end,
        aged_0_end,
        aged_1_30_end,
        aged_31_60_end,
        aged_61_90_end,
        aged_over_90_end,
        sales,
        collected,
        due_count,
        settled_count,
        dso,
        best_possible_dso,
        average_days_delinquent,
        countback_dso,
        collection_average,
        collection_effectiveness,
        overdue_share,
        late_share,
        late_amount_share,
        at_risk_share,
        weighted_days_late,
        median_days_late
    )
)
