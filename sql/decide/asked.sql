-- The steps that candidates of a customer have reached: contacts and channels are looked up once for each.
-- Grain: one row per customer and step (company_id, customer_id, ladder, step_rank); customer_number: the row of
-- segment.customers.
-- Materialized: table
WITH reached AS (
    SELECT DISTINCT
        customer_number,
        ladder,
        step_rank
    FROM decide.candidates
)

SELECT
    c.company_id,
    c.customer_id,
    r.customer_number,
    r.ladder,
    r.step_rank,
    s.contact_role
FROM reached AS r
INNER JOIN segment.customers AS c ON r.customer_number = c.rowid
INNER JOIN policy.steps AS s ON r.ladder = s.ladder AND r.step_rank = s.step_rank
