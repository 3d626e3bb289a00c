-- What could be claimed from a customer today, against the customer's credit and the strategy's minimum.
-- Grain: one row per customer and currency (company_id, customer_id, currency) with a reachable candidate.
-- Units: positive, in the row's currency; net_amount is what remains after the credit and may be negative.
-- A claim is below the minimum when its net amount is: nobody writes for the leftover of a debt that credits nearly
-- cover.
-- Materialized: table
WITH totals AS (
    SELECT
        c.company_id,
        c.customer_id,
        c.currency,
        sum(c.open_amount) AS claimable_amount
    FROM decide.candidates AS c
    INNER JOIN decide.reach AS r
        ON
            c.company_id = r.company_id
            AND c.customer_id = r.customer_id
            AND c.ladder = r.ladder
            AND c.step_rank = r.step_rank
    WHERE r.is_reachable
    GROUP BY c.company_id, c.customer_id, c.currency
)

SELECT
    t.company_id,
    t.customer_id,
    t.currency,
    t.claimable_amount,
    coalesce(k.credit_amount, 0) AS credit_amount,
    t.claimable_amount - coalesce(k.credit_amount, 0) AS net_amount,
    coalesce(m.minimum_amount, 0) AS minimum_amount,
    t.claimable_amount <= coalesce(k.credit_amount, 0) AS is_covered,
    t.claimable_amount - coalesce(k.credit_amount, 0) < coalesce(m.minimum_amount, 0) AS is_below_minimum
FROM totals AS t
LEFT JOIN staging.credits AS k
    ON t.company_id = k.company_id AND t.customer_id = k.customer_id AND t.currency = k.currency
LEFT JOIN policy.minimum_amounts AS m ON t.currency = m.currency
