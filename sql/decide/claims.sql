-- What could be claimed from a customer today, against the customer's credit and the strategy's minimum.
-- Grain: one row per customer and currency (company_id, customer_id, currency) with a reachable candidate;
-- customer_number: the row of segment.customers.
-- Units: positive, in the row's currency; net_amount is what remains after the credit and may be negative.
-- A claim is below the minimum when its net amount is: nobody writes for the leftover of a debt that credits nearly
-- cover.
-- Materialized: table
WITH totals AS (
    SELECT
        c.customer_number,
        c.currency,
        sum(c.open_amount) AS claimable_amount
    FROM decide.candidates AS c
    INNER JOIN decide.reach AS r
        ON c.customer_number = r.customer_number AND c.ladder = r.ladder AND c.step_rank = r.step_rank
    WHERE r.is_reachable
    GROUP BY c.customer_number, c.currency
)

SELECT
    c.company_id,
    c.customer_id,
    t.customer_number,
    t.currency,
    t.claimable_amount,
    coalesce(k.credit_amount, 0) AS credit_amount,
    t.claimable_amount - coalesce(k.credit_amount, 0) AS net_amount,
    coalesce(m.minimum_amount, 0) AS minimum_amount,
    t.claimable_amount <= coalesce(k.credit_amount, 0) AS is_covered,
    t.claimable_amount - coalesce(k.credit_amount, 0) < coalesce(m.minimum_amount, 0) AS is_below_minimum
FROM totals AS t
INNER JOIN segment.customers AS c ON t.customer_number = c.rowid
LEFT JOIN staging.credits AS k
    ON c.company_id = k.company_id AND c.customer_id = k.customer_id AND t.currency = k.currency
LEFT JOIN policy.minimum_amounts AS m ON t.currency = m.currency
