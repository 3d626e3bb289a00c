-- Which rows of the exports were refused, and why.
-- Grain: one row per refused row and reason (company_id, source, contract, file, file_row, reason_number).
-- The source row is shown once, on its first reason, and never for contacts: those rows are people, and the file and
-- row number lead whoever may see them to the export.
-- Materialized: view
WITH reasons AS (
    SELECT
        contract,
        source,
        file,
        file_row,
        kind,
        columns,
        fixes,
        raw_row,
        -- A duplicate may carry no rule; its kind is then the reason.
        CASE WHEN len(reasons) > 0 THEN reasons ELSE [kind] END AS reasons
    FROM landing.quarantine
),

numbered AS (
    SELECT
        *,
        unnest(generate_series(1, len(reasons))) AS reason_number
    FROM reasons
)

SELECT
    p.company_id,
    q.source,
    q.contract,
    q.file,
    q.file_row,
    q.reason_number,
    q.kind,
    q.reasons[q.reason_number] AS reason,
    q.columns[q.reason_number] AS column_name,
    q.fixes[q.reason_number] AS fix,
    CASE WHEN q.reason_number = 1 AND q.contract <> 'contacts' THEN q.raw_row END AS raw_row
FROM numbered AS q
CROSS JOIN run.parameters AS p
