-- The outcome of every rule for each open receivable, and what it was judged by (decide.findings), with its ids and
-- segment. decide.verdicts takes the first that holds; `puntual explain` shows them all. A column that has the name of a
-- reason (tasks/segment/reasons.yaml) is that rule's outcome.
-- Grain: one row per open receivable (company_id, receivable_id).
-- Materialized: view
SELECT
    i.company_id,
    i.customer_id,
    i.receivable_id,
    i.currency,
    i.open_amount,
    i.segment,
    i.ladder,
    i.country,
    i.override_number,
    i.unmet_duties,
    f.* EXCLUDE (item_number, asked_number)
FROM decide.findings AS f
INNER JOIN decide.items AS i ON f.item_number = i.rowid
