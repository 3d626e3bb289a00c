-- The segment of each customer: the first in the strategy's order whose conditions all hold.
-- Grain: one row per customer (company_id, customer_id); ladder is NULL where the segment is left in peace.
-- Conditions are numbered from 1 within a segment, so the bits of those that hold must be the bits of all of them.
-- An override of the customer that is in force wins: its segment, or its ladder in the segment of the rules.
-- override_number: which one decided; NULL where the rules did.
-- Materialized: table
WITH wanted AS (
    SELECT
        s.segment_rank,
        s.segment,
        s.ladder,
        coalesce(bit_or(1::BIGINT << c.condition_number), 0) AS conditions
    FROM policy.segments AS s
    LEFT JOIN policy.segment_conditions AS c ON s.segment_rank = c.segment_rank
    GROUP BY s.segment_rank, s.segment, s.ladder
),

fulfilled AS (
    SELECT
        fact_number,
        segment_rank,
        bit_or(1::BIGINT << condition_number) AS conditions
    FROM segment.tests
    WHERE passes
    GROUP BY fact_number, segment_rank
),

conditional AS (
    SELECT
        f.fact_number,
        min(f.segment_rank) AS segment_rank
    FROM fulfilled AS f
    INNER JOIN wanted AS w ON f.segment_rank = w.segment_rank AND f.conditions = w.conditions
    GROUP BY f.fact_number
),

catch_all AS (
    SELECT min(segment_rank) AS segment_rank
    FROM wanted
    WHERE conditions = 0
)

SELECT
    c.company_id,
    c.customer_id,
    coalesce(o.segment, w.segment) AS segment,
    coalesce(o.segment_rank, w.segment_rank) AS segment_rank,
    CASE WHEN o.override_number IS NULL THEN w.ladder ELSE o.ladder END AS ladder,
    o.override_number
FROM segment.facts AS c
CROSS JOIN run.parameters AS run
CROSS JOIN catch_all AS a
LEFT JOIN conditional AS f ON c.rowid = f.fact_number
INNER JOIN wanted AS w ON w.segment_rank = least(f.segment_rank, a.segment_rank)
LEFT JOIN policy.overrides AS o ON c.customer_id = o.customer_id AND run.as_of <= o.until_on
