-- The history of runs with the counts that must add up: earlier runs as the ledger wrote them, this run as its work
-- database says (it has not ended when this is published, hence the status 'published', and the strategy's version from
-- the strategy itself, which the ledger learns at the end).
-- Grain: one row per run (run_id).
-- Units: rows, receivables and messages, counted; ..._at UTC.
-- Keys inside ledger.runs.counts: tasks.report.counts.
-- Materialized: view
WITH files AS (
    SELECT
        coalesce(sum(rows_in), 0) AS rows_in,
        coalesce(sum(landed), 0) AS landed,
        coalesce(sum(quarantined), 0) AS quarantined,
        coalesce(sum(duplicates), 0) AS duplicates
    FROM landing.files
),

decisions AS (
    SELECT
        count(*) AS open_receivables,
        count(*) FILTER (WHERE decision = 'remind') AS remind,
        count(*) FILTER (WHERE decision = 'wait') AS wait,
        count(*) FILTER (WHERE decision = 'silent') AS silent
    FROM decide.decisions
),

messages AS (
    SELECT
        count(*) AS planned,
        count(*) FILTER (WHERE m.status IN ('accepted', 'delivered', 'bounced', 'dropped')) AS accepted,
        count(*) FILTER (WHERE m.status = 'rejected') AS rejected,
        count(*) FILTER (WHERE m.status IN ('cancelled', 'cancelled_paid')) AS cancelled,
        count(*) FILTER (WHERE m.status IN ('unknown', 'claimed')) AS unknown,
        count(*) FILTER (WHERE m.status = 'planned') AS awaiting
    FROM mart.reminders AS m
    INNER JOIN run.parameters AS p ON m.as_of = p.as_of
)

SELECT
    p.run_id,
    p.company_id,
    p.as_of,
    TRUE AS is_current,
    r.mode,
    'published' AS status,
    s.strategy_version,
    r.started_at,
    NULL AS finished_at,
    f.rows_in,
    f.landed,
    f.quarantined,
    f.duplicates,
    d.open_receivables,
    d.remind,
    d.wait,
    d.silent,
    m.planned AS messages_planned,
    m.accepted AS messages_accepted,
    m.rejected AS messages_rejected,
    m.cancelled AS messages_cancelled,
    m.unknown AS messages_unknown,
    m.awaiting AS messages_awaiting
FROM run.parameters AS p
LEFT JOIN ledger.runs AS r ON p.run_id = r.run_id
CROSS JOIN policy.parameters AS s
CROSS JOIN files AS f
CROSS JOIN decisions AS d
CROSS JOIN messages AS m
UNION ALL
SELECT
    r.run_id,
    r.company_id,
    r.as_of,
    FALSE AS is_current,
    r.mode,
    r.status,
    r.strategy_version,
    r.started_at,
    r.finished_at,
    json_value(r.counts, '$.rows_in')::BIGINT AS rows_in,
    json_value(r.counts, '$.landed')::BIGINT AS landed,
    json_value(r.counts, '$.quarantined')::BIGINT AS quarantined,
    json_value(r.counts, '$.duplicates')::BIGINT AS duplicates,
    json_value(r.counts, '$.open_receivables')::BIGINT AS open_receivables,
    json_value(r.counts, '$.remind')::BIGINT AS remind,
    json_value(r.counts, '$.wait')::BIGINT AS wait,
    json_value(r.counts, '$.silent')::BIGINT AS silent,
    json_value(r.counts, '$.planned')::BIGINT AS messages_planned,
    json_value(r.counts, '$.accepted')::BIGINT AS messages_accepted,
    json_value(r.counts, '$.rejected')::BIGINT AS messages_rejected,
    json_value(r.counts, '$.cancelled')::BIGINT AS messages_cancelled,
    json_value(r.counts, '$.unknown')::BIGINT AS messages_unknown,
    json_value(r.counts, '$.awaiting')::BIGINT AS messages_awaiting
FROM ledger.runs AS r
ANTI JOIN run.parameters AS p ON r.run_id = p.run_id
