-- The median of days late of what was settled in a month, unweighted: half were settled sooner, half later.
-- Grain: company, month (its first day), dimension, dimension_value, currency. Days, negative where early.
-- The values at the middle of the running count, both when it is even, so that no group has to be unfolded.
-- Materialized: table
WITH counted AS (
    SELECT
        dimensions.company_id,
        late.month,
        dimensions.dimension,
        dimensions.dimension_value,
        late.currency,
        late.days_late,
        sum(late.receivables) AS receivables
    FROM report.days_late AS late
    INNER JOIN report.dimensions AS dimensions ON late.group_number = dimensions.group_number
    GROUP BY
        dimensions.company_id,
        late.month,
        dimensions.dimension,
        dimensions.dimension_value,
        late.currency,
        late.days_late
),

ranked AS (
    SELECT
        company_id,
        month,
        dimension,
        dimension_value,
        currency,
        days_late,
        2 * sum(receivables) OVER (
            PARTITION BY company_id, month, dimension, dimension_value, currency ORDER BY days_late
        ) AS twice_up_to_here,
        sum(receivables) OVER (
            PARTITION BY company_id, month, dimension, dimension_value, currency
        ) AS all_receivables
    FROM counted
)

SELECT
    company_id,
    month,
    dimension,
    dimension_value,
    currency,
    (
        min(days_late) FILTER (WHERE twice_up_to_here >= all_receivables)
        + min(days_late) FILTER (WHERE twice_up_to_here > all_receivables)
    ) / 2 AS median_days_late
FROM ranked
GROUP BY company_id, month, dimension, dimension_value, currency
