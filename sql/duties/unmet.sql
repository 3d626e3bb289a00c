-- The duties of each receivable in one text, as `puntual explain` and the decisions' facts tell them.
-- Grain: one row per open receivable with a duty (company_id, receivable_id). unmet_duties: words in a fixed order.
-- Materialized: table
SELECT
    company_id,
    receivable_id,
    string_agg(duty, ', ' ORDER BY position) AS unmet_duties
FROM duties.open
GROUP BY company_id, receivable_id
