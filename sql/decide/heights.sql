-- The order of the steps that may stand in one message, for each segment that may say them: by rank, and alike ranks by
-- ladder and segment. One number is compared for millions of receivables instead of three values.
-- Grain: one row per segment, ladder and step (segment, ladder, step_rank). is_hard: to somebody vulnerable it is said
-- only when a person has approved it.
-- Materialized: table
WITH segments AS (
    SELECT DISTINCT segment
    FROM policy.segments
)

SELECT
    g.segment,
    s.ladder,
    s.step_rank,
    s.step,
    s.family,
    s.needs_approval,
    s.tone = 'firm'
    OR s.purpose IN ('suspension_deadline', 'suspension', 'legal_deadline', 'hand_over') AS is_hard,
    row_number() OVER (ORDER BY s.step_rank ASC, s.ladder ASC, g.segment ASC)::INTEGER AS height
FROM policy.steps AS s
CROSS JOIN segments AS g
