-- Which rows of the exports were refused, why, and what became of them.
-- Grain: one row per refused row and reason (company_id, source, contract, file, file_row, reason_number, row_id):
-- every row in quarantine and every row that was, as last delivered; and the rows of current files that came twice.
-- The source row is shown once, on its first reason, and never for contacts: those rows are people, and the file and
-- row number lead whoever may see them to the export. The amount, in `currency` and signed like the export's, is on the
-- first reason too, so that sums count each row once; NULL where the row's amount or currency cannot be read.
-- Materialized: view
WITH refused AS (
    SELECT
        contract,
        source,
        file,
        file_row,
        row_id,
        'quarantined' AS kind,
        columns,
        fixes,
        raw_row,
        if(currency = '?', NULL, currency) AS currency,
        if(currency = '?' OR currency IS NULL, NULL, amount) AS amount,
        status,
        first_seen_on,
        last_seen_on,
        closed_on,
        reasons
    FROM landing.quarantine_history
    UNION ALL
    -- A duplicate may carry no rule; its kind is then the reason. Nothing about it is to be corrected.
    SELECT
        contract,
        source,
        file,
        file_row,
        md5(concat_ws(' ', source, file, file_row))[:16] AS row_id,
        kind,
        columns,
        fixes,
        raw_row,
        NULL AS currency,
        NULL AS amount,
        NULL AS status,
        NULL AS first_seen_on,
        NULL AS last_seen_on,
        NULL AS closed_on,
        if(len(reasons) > 0, reasons, [kind]) AS reasons
    FROM landing.quarantine
    WHERE kind = 'duplicate'
),

numbered AS (
    SELECT
        *,
        unnest(generate_series(1, len(reasons))) AS reason_number
    FROM refused
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
    if(q.reason_number = 1 AND q.contract <> 'contacts', q.raw_row, NULL) AS raw_row,
    q.row_id,
    q.status,
    q.first_seen_on,
    q.last_seen_on,
    q.closed_on,
    q.currency,
    if(q.reason_number = 1, q.amount, NULL)::DECIMAL(18, 2) AS amount
FROM numbered AS q
CROSS JOIN run.parameters AS p
