-- Countback DSO: how many days of sales, counted back from a month's end, its balance stands for.
-- Grain: company, month, dimension, dimension_value, currency; no row where the balance is larger than all sales known.
-- countback_days: from the end back, a month's days while the balance covers its sales, then the part of a month that
-- the rest covers (capaid.fi, Upflow; 6,340 on sales of 3,890 in 31 days and 3,610 in 28 days is 50.00).
-- With running sums of sales, the month in which the counting ends is the last one before which no more was sold than
-- up to this month less the balance.
-- Materialized: table
WITH running AS (
    SELECT
        company_id,
        month,
        dimension,
        dimension_value,
        currency,
        end_amount,
        sales_amount,
        days_in_month,
        sum(sales_amount) OVER history AS sold,
        sum(days_in_month) OVER history AS days
    FROM report.monthly
    WINDOW history AS (PARTITION BY company_id, dimension, dimension_value, currency ORDER BY month)
),

-- Where a month without sales begins with the same sum as the next, the later one counts.
beginnings AS (
    SELECT
        company_id,
        dimension,
        dimension_value,
        currency,
        sold - sales_amount AS sold_before,
        max(sold) AS sold,
        max(days) AS days,
        arg_max(days_in_month, month) AS days_in_month
    FROM running
    GROUP BY company_id, dimension, dimension_value, currency, sold - sales_amount
)

SELECT
    m.company_id,
    m.month,
    m.dimension,
    m.dimension_value,
    m.currency,
    if(
        m.end_amount <= 0,
        0,
        m.days - b.days + b.days_in_month * (b.sold - m.sold + m.end_amount) / nullif(b.sold - b.sold_before, 0)
    ) AS countback_days
FROM running AS m
ASOF INNER JOIN beginnings AS b
    ON
        m.company_id = b.company_id
        AND m.dimension = b.dimension
        AND m.dimension_value = b.dimension_value
        AND m.currency = b.currency
        AND m.sold - greatest(m.end_amount, 0) >= b.sold_before
