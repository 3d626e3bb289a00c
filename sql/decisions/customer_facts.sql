-- The facts that put each customer into its segment, as one hash.
-- Grain: one row per customer (company_id, customer_id). facts_hash: SHA-256 (64 hex digits) of its row of
-- segment.facts as JSON; the amounts per currency as a sorted list, for a map remembers the order it was filled in.
-- Materialized: table
SELECT
    company_id,
    customer_id,
    sha256(to_json(f)) AS facts_hash
FROM (
    SELECT * REPLACE (list_sort(map_entries(amounts)) AS amounts)
    FROM segment.facts
) AS f
