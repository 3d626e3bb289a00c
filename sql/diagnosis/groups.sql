-- Open and late money by each value of each dimension.
-- Grain: company, currency, dimension ('segment', 'risk_grade', 'sector', 'zone', 'country', 'customer_class',
-- 'payment_method', 'terms', 'size'), dimension_value. Sums over the values of a dimension are the portfolio's.
-- Only the largest values have a row of their own (diagnosis.parameters); the rest is '(other)'.
-- largest_customer_id: who has most of the value's late money, and largest_late_amount how much.
-- Materialized: table
WITH by_customer AS (
    SELECT
        company_id,
        currency,
        dimension,
        dimension_value,
        customer_id,
        count(*) AS receivables,
        sum(open_amount) AS open_amount,
        sum(overdue_amount) AS overdue_amount,
        sum(at_risk_amount) AS at_risk_amount,
        sum(late_amount) AS late_amount,
        sum(expected_loss) AS expected_loss
    FROM diagnosis.items
    UNPIVOT (
        dimension_value FOR dimension IN (
            segment, risk_grade, sector, zone, country, customer_class, payment_method, terms, size
        )
    )
    GROUP BY company_id, currency, dimension, dimension_value, customer_id
),

by_value AS (
    SELECT
        company_id,
        currency,
        dimension,
        dimension_value,
        count(*) AS customers,
        sum(receivables) AS receivables,
        sum(open_amount) AS open_amount,
        sum(overdue_amount) AS overdue_amount,
        sum(at_risk_amount) AS at_risk_amount,
        sum(late_amount) AS late_amount,
        sum(expected_loss) AS expected_loss,
        arg_max(customer_id, struct_pack(late_amount := late_amount, customer_id := customer_id))
            AS largest_customer_id,
        max(late_amount) AS largest_late_amount,
        row_number() OVER (
            PARTITION BY company_id, currency, dimension ORDER BY sum(open_amount) DESC, dimension_value ASC
        ) AS place
    FROM by_customer
    GROUP BY company_id, currency, dimension, dimension_value
)

SELECT
    by_value.company_id,
    by_value.currency,
    by_value.dimension,
    if(by_value.place <= parameters.values_listed, by_value.dimension_value, '(other)') AS dimension_value,
    sum(by_value.customers)::BIGINT AS customers,
    sum(by_value.receivables)::BIGINT AS receivables,
    sum(by_value.open_amount)::DECIMAL(18, 2) AS open_amount,
    sum(by_value.overdue_amount)::DECIMAL(18, 2) AS overdue_amount,
    sum(by_value.at_risk_amount)::DECIMAL(18, 2) AS at_risk_amount,
    sum(by_value.late_amount)::DECIMAL(18, 2) AS late_amount,
    sum(by_value.expected_loss)::DECIMAL(18, 2) AS expected_loss,
    arg_max(
        by_value.largest_customer_id,
        struct_pack(late_amount := by_value.largest_late_amount, customer_id := by_value.largest_customer_id)
    ) AS largest_customer_id,
    max(by_value.largest_late_amount)::DECIMAL(18, 2) AS largest_late_amount
FROM by_value
CROSS JOIN diagnosis.parameters AS parameters
GROUP BY ALL
