-- Each open receivable in numbers and dates: what schedules and candidates are told apart by, without ids. Rows of this
-- and the tables that follow carry item_number, the row of decide.items, since ids cost several times as much to write
-- and to join.
-- Grain: one row per open receivable (item_number). customer_number: the row of segment.customers; news_number: of
-- decide.news, NULL where there are none. entries … mark: of decide.pasts, NULL where nothing was said.
-- Units: open_amount positive, in currency.
-- Materialized: table
WITH told AS (
    SELECT
        rowid AS news_number,
        unnest(item_numbers) AS item_number
    FROM decide.news
)

SELECT
    i.rowid AS item_number,
    i.customer_number,
    i.currency,
    i.open_amount,
    i.country,
    i.ladder,
    i.invoice_date,
    i.due_date,
    i.is_insolvent,
    p.entries,
    p.newest,
    p.fingerprint,
    p.mark,
    t.news_number
FROM decide.items AS i
LEFT JOIN decide.pasts AS p ON i.rowid = p.item_number
LEFT JOIN told AS t ON i.rowid = t.item_number
