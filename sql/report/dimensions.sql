-- In which values of which dimensions a group counts: one of each, and '*' of 'all'.
-- Grain: group_number (report.groups), dimension ('all', 'segment', 'sector', 'zone', 'country', 'customer_class',
-- 'payment_method'). Sums over the values of any dimension are those of 'all'.
-- Materialized: table
SELECT
    group_number,
    company_id,
    'all' AS dimension,
    '*' AS dimension_value
FROM report.groups
UNION ALL
SELECT
    group_number,
    company_id,
    dimension,
    dimension_value
FROM report.groups
UNPIVOT (
    dimension_value FOR dimension IN (segment, sector, zone, country, customer_class, payment_method)
)
