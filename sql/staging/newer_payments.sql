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
aimed AS (
    SELECT
        company_id,
        receivable_id,
        receivable_amount,
        amount,
        paid_on
    FROM staging.aimed_payments
    WHERE stated_open_amount <> 0 AND last_aimed_on > (SELECT min(statements.stated_on) FROM statements)
)

SELECT
    aimed.company_id,
    aimed.receivable_id,
    (sign(aimed.receivable_amount) * greatest(sum(sign(aimed.receivable_amount) * aimed.amount), 0))::DECIMAL(18, 2)
        AS newer_amount
FROM aimed
INNER JOIN landing.receivables AS receivables
    ON aimed.company_id = receivables.company_id AND aimed.receivable_id = receivables.receivable_id
INNER JOIN statements
    ON
        receivables.source = statements.source
        AND receivables.file = statements.file
        AND statements.stated_on < aimed.paid_on
GROUP BY aimed.company_id, aimed.receivable_id, aimed.receivable_amount
