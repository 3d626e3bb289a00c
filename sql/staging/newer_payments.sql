-- What was paid on partly open receivables after the day their export speaks of, so that its stated open amount cannot
-- know it.
-- Grain: company, receivable; only those with a stated open amount and such payments. newer_amount in `currency`,
-- signed like the receivable; money returned takes off, and never more than came in.
-- An export does not say which day it speaks of. The best evidence is the newest invoice of the same landed file,
-- issued by as_of: what was booked later than that counts as newer. Where that is too early, the claim comes out too
-- low, never too high.
-- Materialized: table
WITH statements AS (
    SELECT
        receivables.source,
        receivables.file,
        max(receivables.invoice_date) AS stated_on
    FROM landing.receivables AS receivables
    INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
    GROUP BY receivables.source, receivables.file
),

-- Few: without the condition on the dates, every partly paid item would be joined to its file.
stated AS (
    SELECT
        company_id,
        receivable_id,
        currency,
        amount
    FROM staging.receivable_totals
    WHERE stated_open_amount <> 0 AND last_aimed_on > (SELECT min(statements.stated_on) FROM statements)
)

SELECT
    stated.company_id,
    stated.receivable_id,
    (sign(stated.amount) * greatest(sum(sign(stated.amount) * payments.amount), 0))::DECIMAL(18, 2) AS newer_amount
FROM stated
INNER JOIN landing.receivables AS receivables
    ON stated.company_id = receivables.company_id AND stated.receivable_id = receivables.receivable_id
INNER JOIN statements ON receivables.source = statements.source AND receivables.file = statements.file
INNER JOIN staging.aimed_payments AS payments
    ON
        stated.company_id = payments.company_id
        AND stated.receivable_id = payments.receivable_id
        AND stated.currency = payments.currency
        AND statements.stated_on < payments.paid_on
GROUP BY stated.company_id, stated.receivable_id, stated.amount
