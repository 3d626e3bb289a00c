-- What is said of each reminded receivable by each channel, without ids: the rows that make the messages.
-- Grain: one row per reminded receivable and channel (item_number, the row of decide.items, and channel).
-- Units: open_amount positive, in currency. place: 1 for the channel that the decision names, then the others of the
-- step. height: of its step (decide.heights); the highest of a message names it. customer_number: the row of
-- segment.customers.
-- Materialized: table
SELECT
    v.item_number,
    i.customer_number,
    i.currency,
    i.open_amount,
    r.channel,
    r.contact_role,
    r.contact_id,
    r.place,
    h.family,
    h.height,
    h.needs_approval OR (v.is_vulnerable AND h.is_hard) AS needs_approval
FROM decide.verdicts AS v
INNER JOIN decide.items AS i ON v.item_number = i.rowid
INNER JOIN decide.routes AS r ON v.asked_number = r.asked_number
INNER JOIN decide.heights AS h ON i.segment = h.segment AND i.ladder = h.ladder AND v.step_rank = h.step_rank
WHERE v.reason = 'step_due' AND r.place IS NOT NULL
