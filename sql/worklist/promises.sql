-- How the promises of customers on a list stand, as segment.promises judges them.
-- Grain: one row per customer (company_id, customer_id) with a line and a promise.
-- Materialized: table
SELECT
    p.company_id,
    p.customer_id,
    count(*) FILTER (WHERE p.state = 'kept') AS kept,
    count(*) FILTER (WHERE p.state = 'broken') AS broken,
    count(*) FILTER (WHERE p.state = 'open') AS open
FROM segment.promises AS p
SEMI JOIN worklist.lines AS l ON p.company_id = l.company_id AND p.customer_id = l.customer_id
GROUP BY p.company_id, p.customer_id
