-- The facts that put each customer into its segment, and how fresh the run's payments are, as one hash.
-- Grain: one row per customer (company_id, customer_id). facts_hash: the first 32 hex digits of the SHA-256 of its row
-- of segment.facts as JSON, the amounts per currency as a sorted list, for a map remembers the order it was filled in;
-- then U+001F and the day of the newest booking.
-- Materialized: table
WITH facts AS (
    SELECT * REPLACE (list_sort(map_entries(amounts)) AS amounts)
    FROM segment.facts
),

written AS (
    SELECT
        company_id,
        customer_id,
        to_json(facts) AS known
    FROM facts
)

SELECT
    w.company_id,
    w.customer_id,
    left(sha256(concat(w.known, chr(31), r.newest_booking_on)), 32) AS facts_hash
FROM written AS w
CROSS JOIN decide.freshness AS r
