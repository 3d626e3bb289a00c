-- What was open of a late receivable from when to when, after its due date: cut at every day that money was laid on it
-- or taken back. The day of a payment still bears interest on what stood before it.
-- Grain: one row per receivable and stretch (item_number, from_on). balance: positive, in the receivable's currency.
-- What was paid by the due date is off from the start; what is open by the statement without a dated payment too,
-- because it may have been paid in time (staging.settlements): balances end on what is open.
-- Materialized: table
WITH laid AS (
    SELECT
        i.item_number,
        greatest(a.paid_on, i.due_date) + 1 AS changed_on,
        sum(a.amount) AS amount
    FROM consequences.items AS i
    INNER JOIN staging.allocations AS a ON i.company_id = a.company_id AND i.receivable_id = a.receivable_id
    WHERE i.rate_name IS NOT NULL
    GROUP BY ALL
),

totals AS (
    SELECT
        item_number,
        sum(amount) AS amount
    FROM laid
    GROUP BY item_number
),

changes AS (
    SELECT
        item_number,
        changed_on,
        -amount AS change
    FROM laid
    UNION ALL
    -- Everything that was ever laid, so that the running sum ends on what is open.
    SELECT
        i.item_number,
        i.due_date + 1 AS changed_on,
        i.open_amount + t.amount AS change
    FROM consequences.items AS i
    INNER JOIN totals AS t ON i.item_number = t.item_number
),

days AS (
    SELECT
        item_number,
        changed_on,
        sum(change) AS change
    FROM changes
    GROUP BY item_number, changed_on
),

running AS (
    SELECT
        item_number,
        changed_on AS from_on,
        sum(change) OVER receivable AS balance,
        lead(changed_on) OVER receivable - 1 AS to_on
    FROM days
    WINDOW receivable AS (PARTITION BY item_number ORDER BY changed_on)
)

SELECT
    i.item_number,
    r.from_on,
    least(coalesce(r.to_on, i.ends_on), i.ends_on) AS to_on,
    r.balance::DECIMAL(18, 2) AS balance,
    i.rate_name
FROM running AS r
INNER JOIN consequences.items AS i ON r.item_number = i.item_number
WHERE r.balance > 0 AND r.from_on <= i.ends_on
UNION ALL
-- On which nothing was ever laid: nearly all that is open.
SELECT
    i.item_number,
    i.due_date + 1 AS from_on,
    i.ends_on AS to_on,
    i.open_amount AS balance,
    i.rate_name
FROM consequences.items AS i
ANTI JOIN totals AS t ON i.item_number = t.item_number
WHERE i.rate_name IS NOT NULL AND i.open_amount > 0
