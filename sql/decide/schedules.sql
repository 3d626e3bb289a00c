-- From what the days of a ladder's steps are counted: receivables with the same ladder, dates and past share a
-- schedule, so that days are worked out once for some ten thousand schedules and not for every receivable.
-- Grain: one row per distinct schedule. sample_item: a row of decide.items that has it, whose past is that of all.
-- Materialized: table
SELECT
    ladder,
    invoice_date,
    due_date,
    entries,
    newest,
    fingerprint,
    mark,
    news_number,
    min(item_number) AS sample_item
FROM decide.positions
WHERE ladder IS NOT NULL
GROUP BY ladder, invoice_date, due_date, entries, newest, fingerprint, mark, news_number
