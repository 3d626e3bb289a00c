-- The fixed sum for recovery costs, once per invoice, where the law of the debtor's country gives it (Directive
-- 2011/7/EU, art. 6(1): EUR 40; for each invoice, also where several are claimed together: Court of Justice, C-585/20).
-- Grain: one row per receivable that bears it, the first late instalment of its document (item_number).
-- amount: positive, in the receivable's currency, as the strategy states it.
-- Materialized: view
SELECT
    i.item_number,
    c.amount
FROM consequences.items AS i
INNER JOIN policy.compensations AS c ON i.segment = c.segment AND i.currency = c.currency
WHERE
    i.is_first_of_document
    AND c.amount > 0
    AND EXISTS (
        SELECT 1
        FROM policy.compensation_laws AS l
        WHERE
            i.country = l.country AND i.currency = l.currency AND i.due_date BETWEEN l.from_on AND l.to_on
    )
