-- What was paid on partly open receivables after the day their export speaks of, so that its stated open amount cannot
-- know it.
-- Grain: company, receivable; only those with a stated open amount and such payments. newer_amount in `currency`,
-- signed like the receivable; money returned takes off, and never more than came in.
-- What was booked later than staging.statements says counts as newer. Where that is too early, the claim comes out too
-- low, never too high.
-- Materialized: table
SELECT
    payments.company_id,
    payments.receivable_id,
    (
        sign(payments.receivable_amount)
        * greatest(sum(sign(payments.receivable_amount) * payments.amount), 0)
    )::DECIMAL(18, 2) AS newer_amount
FROM staging.exceptional_payments AS payments
INNER JOIN landing.receivables AS receivables
    ON payments.company_id = receivables.company_id AND payments.receivable_id = receivables.receivable_id
INNER JOIN staging.statements AS statements
    ON
        receivables.source = statements.source
        AND receivables.file = statements.file
        AND payments.paid_on > statements.stated_on
WHERE payments.stated_open_amount <> 0 AND payments.is_aimed
GROUP BY payments.company_id, payments.receivable_id, payments.receivable_amount
