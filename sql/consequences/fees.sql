-- The fees of steps that were said about a late receivable: each step once, however often and through how many channels
-- it was said. Made from what the ledger knows, so a run can neither add one twice nor lose one. A message that came
-- back said nothing, and costs nothing.
-- Grain: one row per receivable and step (item_number, step). amount: positive, in the currency.
-- Materialized: table
SELECT DISTINCT
    i.item_number,
    f.step,
    f.amount
FROM consequences.items AS i
INNER JOIN ledger.sent_steps AS s ON i.company_id = s.company_id AND i.receivable_id = s.receivable_id
INNER JOIN policy.step_fees AS f ON i.segment = f.segment AND s.step = f.step AND i.currency = f.currency
WHERE f.amount > 0 AND s.delivery <> 'returned'
