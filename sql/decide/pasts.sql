-- What was said about an open receivable, drawn together to what tells one past from another: millions of receivables
-- share some ten thousand pasts, and only these are read in full (decide.said).
-- Grain: one row per open receivable of which a step of its ladder was said (item_number: the row of decide.items).
-- What came back of a step that announces another is no part of it (decide.said).
-- A step said on a day is one number: days since 2000, times 1000, and the step's rank, far above any ladder. entries
-- counts them, newest is the largest; fingerprint and mark are sums of two hashes of them, whatever their order. Two
-- pasts with all four alike have a chance below 1 in 10^30, and then matter only where ladder and dates are alike too.
-- Materialized: table
WITH entries AS (
    SELECT
        i.rowid AS item_number,
        (s.sent_on - '2000-01-01'::DATE) * 1000 + p.step_rank AS entry
    FROM ledger.sent_steps AS s
    INNER JOIN decide.items AS i ON s.company_id = i.company_id AND s.receivable_id = i.receivable_id
    INNER JOIN policy.steps AS p ON i.ladder = p.ladder AND s.step = p.step
    WHERE s.delivery <> 'returned' OR p.is_announcing IS NOT TRUE
)

SELECT
    item_number,
    count(*)::INTEGER AS entries,
    max(entry) AS newest,
    sum(hash(entry)) AS fingerprint,
    bit_xor(hash(-entry)) AS mark
FROM entries
GROUP BY item_number
