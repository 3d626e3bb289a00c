-- Each measure of each group, with its variance: the ratio of two sums over customers.
-- Grain: one row per experiment, segment, currency, measure and arm.
-- variance: of the ratio, by the delta method with the customer as cluster (Cochran, Sampling Techniques, 3rd edition,
-- 6.4): n / (n - 1) times the sum of the squared (total - ratio * weight), by the squared sum of weights. NULL with one
-- customer. It needs no draw, so the same data give the same interval.
-- Materialized: table
WITH ratios AS (
    SELECT
        experiment,
        segment,
        currency,
        measure,
        arm,
        count(*) AS customers,
        sum(weight) AS weight,
        sum(total) / sum(weight) AS ratio,
        sum(total * total) AS total_squares,
        sum(total * weight) AS products,
        sum(weight * weight) AS weight_squares
    FROM outcomes.customer_values
    GROUP BY experiment, segment, currency, measure, arm
)

SELECT
    experiment,
    segment,
    currency,
    measure,
    arm,
    customers,
    weight,
    ratio,
    CASE
        WHEN customers > 1
            THEN
                greatest(total_squares - 2 * ratio * products + ratio * ratio * weight_squares, 0)
                / (weight * weight)
                * customers
                / (customers - 1)
    END AS variance
FROM ratios
