-- Every claim on a receivable as it stands: consequences.figures, and which payment paid it (consequences.paid).
-- A claim is none of the books until it is paid: it is no receivable, and nothing is added to what is open.
-- Grain: one row per receivable and kind (company_id, receivable_id, kind). amount: positive, in currency.
-- basis: of interest the rate's name; arithmetic: how the amount comes about, with a decimal point in every language.
-- Materialized: view
WITH fees AS (
    SELECT
        item_number,
        concat(string_agg(concat(step, ' ', amount), ' + ' ORDER BY step), ' = ', sum(amount)) AS arithmetic
    FROM consequences.fees
    GROUP BY item_number
)

SELECT
    i.company_id,
    i.customer_id,
    i.receivable_id,
    i.document_number,
    f.kind,
    CASE f.kind WHEN 'late_interest' THEN i.rate_name WHEN 'compensation' THEN '2011/7/EU' ELSE 'contract' END AS basis,
    i.due_date,
    i.settled_on,
    t.from_on,
    t.to_on,
    t.days,
    i.currency,
    f.amount,
    CASE WHEN p.payment_id IS NOT NULL AND NOT f.is_let_off THEN 'paid' ELSE f.status END AS status,
    CASE WHEN NOT f.is_let_off THEN p.payment_id END AS payment_id,
    CASE WHEN NOT f.is_let_off THEN p.paid_on END AS paid_on,
    CASE f.kind
        WHEN 'late_interest' THEN t.arithmetic
        WHEN 'fee' THEN s.arithmetic
        ELSE f.amount::VARCHAR
    END AS arithmetic
FROM consequences.figures AS f
INNER JOIN consequences.items AS i ON f.item_number = i.item_number
LEFT JOIN consequences.interest AS t ON f.item_number = t.item_number AND f.kind = 'late_interest'
LEFT JOIN fees AS s ON f.item_number = s.item_number AND f.kind = 'fee'
LEFT JOIN consequences.paid AS p ON f.item_number = p.item_number
