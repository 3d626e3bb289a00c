-- Every claim on a receivable as it stands before anybody pays it.
-- Grain: one row per receivable and kind (item_number, kind): 'late_interest', 'compensation', 'fee'.
-- amount: positive, in the receivable's currency. status: 'waived' where a waiver is in force (is_let_off), that is
-- until its last day, and for good where the principal was settled by then; 'claimed' while the principal is open;
-- after it what the segment's treatment says: 'waived', 'carried' (stays on the account) or 'invoiced' (to be put on a
-- debit note).
-- Materialized: table
WITH kinds AS (
    SELECT
        item_number,
        'late_interest' AS kind,
        amount
    FROM consequences.interest
    UNION ALL
    SELECT
        item_number,
        'compensation' AS kind,
        amount
    FROM consequences.compensation
    UNION ALL
    SELECT
        item_number,
        'fee' AS kind,
        sum(amount)::DECIMAL(18, 2) AS amount
    FROM consequences.fees
    GROUP BY item_number
),

waived AS (
    SELECT DISTINCT
        i.item_number,
        k.kind
    FROM policy.waivers AS w
    INNER JOIN consequences.items AS i
        ON
            w.customer_id = i.customer_id
            AND coalesce(w.receivable_id = i.receivable_id, TRUE)
            AND coalesce(w.until_on >= i.ends_on, TRUE)
    INNER JOIN kinds AS k ON i.item_number = k.item_number AND coalesce(w.kind = k.kind, TRUE)
)

SELECT
    k.item_number,
    k.kind,
    k.amount,
    w.kind IS NOT NULL AS is_let_off,
    CASE
        WHEN w.kind IS NOT NULL THEN 'waived'
        WHEN i.settled_on IS NULL THEN 'claimed'
        WHEN i.treatment = 'waive' THEN 'waived'
        WHEN i.treatment = 'invoice' THEN 'invoiced'
        ELSE 'carried'
    END AS status
FROM kinds AS k
INNER JOIN consequences.items AS i ON k.item_number = i.item_number
LEFT JOIN waived AS w ON k.item_number = w.item_number AND k.kind = w.kind
