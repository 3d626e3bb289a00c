-- Receivables whose export states another open amount than the payments leave: a difference to the control account
-- often comes from them.
-- Grain: company, receivable. Amounts in `currency`, signed like the receivable. left_amount: amount less what is laid
-- on it (0 once the export says it was cleared); difference = stated_open_amount - left_amount.
-- Materialized: view
SELECT
    totals.company_id,
    totals.receivable_id,
    receivables.document_number,
    totals.currency,
    totals.stated_open_amount,
    (totals.amount - settlements.paid_amount)::DECIMAL(18, 2) AS left_amount,
    (totals.stated_open_amount - totals.amount + settlements.paid_amount)::DECIMAL(18, 2) AS difference
FROM staging.receivable_totals AS totals
INNER JOIN staging.settlements AS settlements
    ON totals.company_id = settlements.company_id AND totals.receivable_id = settlements.receivable_id
INNER JOIN staging.receivables AS receivables
    ON totals.company_id = receivables.company_id AND totals.receivable_id = receivables.receivable_id
WHERE totals.stated_open_amount <> totals.amount - settlements.paid_amount
