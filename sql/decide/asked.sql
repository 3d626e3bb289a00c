-- The steps that candidates of a customer have reached: contacts and channels are looked up once for each.
-- Grain: one row per customer and step (company_id, customer_id, ladder, step_rank).
-- Materialized: table
SELECT
    company_id,
    customer_id,
    ladder,
    step_rank,
    any_value(contact_role) AS contact_role
FROM decide.candidates
GROUP BY company_id, customer_id, ladder, step_rank
