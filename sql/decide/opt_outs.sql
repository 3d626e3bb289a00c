-- Customers who asked not to be contacted, per channel of the strategy.
-- Grain: one row per customer and channel (company_id, customer_id, channel). An entry without channel stands for all.
-- Materialized: table
SELECT DISTINCT
    o.company_id,
    o.customer_id,
    s.channel
FROM ledger.opt_outs AS o
CROSS JOIN run.parameters AS run
INNER JOIN policy.step_channels AS s ON s.channel = coalesce(o.channel, s.channel)
WHERE o.from_on <= run.as_of
