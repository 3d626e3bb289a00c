-- Every receivable issued by as_of with the sum of what is aimed at it: the narrow table that the rest reads, because
-- reading ten million wide rows again and again is what would make a run slow.
-- Grain: company, receivable. Amounts in `currency`; credit notes negative, and payments where money was returned.
-- is_contested: what is aimed at it cannot simply be added up, because it is more than the amount, of the wrong sign
-- (money returned), or came on as_of while the export says the item was cleared before. Only these few go through
-- running totals (staging.contested_payments).
-- stated_open_amount: what the export says is open, unless the same data show that it was said after as_of: when the
-- item was cleared or paid later than as_of (replaying a past day).
-- Materialized: table
WITH aimed AS (
    SELECT
        company_id,
        receivable_id,
        currency,
        sum(amount)::DECIMAL(18, 2) AS amount,
        min(amount) AS least_amount,
        max(amount) AS greatest_amount,
        max(paid_on) AS last_on
    FROM staging.aimed_payments
    GROUP BY company_id, receivable_id, currency
),

later_payments AS (
    SELECT
        payments.company_id,
        payments.receivable_id,
        payments.document_number
    FROM landing.payments AS payments
    INNER JOIN run.parameters AS run ON payments.paid_on > run.as_of
),

later_receivables AS (
    SELECT DISTINCT
        company_id,
        receivable_id
    FROM later_payments
    WHERE receivable_id IS NOT NULL
),

later_documents AS (
    SELECT DISTINCT
        company_id,
        document_number
    FROM later_payments
    WHERE receivable_id IS NULL AND document_number IS NOT NULL
)

SELECT
    receivables.company_id,
    receivables.customer_id,
    receivables.receivable_id,
    receivables.currency,
    receivables.amount,
    receivables.invoice_date,
    receivables.due_date,
    if(receivables.cleared_on <= run.as_of, receivables.cleared_on, NULL) AS cleared_on,
    if(
        receivables.cleared_on > run.as_of
        OR later_receivables.receivable_id IS NOT NULL
        OR later_documents.document_number IS NOT NULL,
        NULL,
        receivables.open_amount
    ) AS stated_open_amount,
    aimed.amount AS aimed_amount,
    aimed.last_on AS last_aimed_on,
    coalesce(
        if(
            receivables.amount > 0,
            aimed.least_amount < 0 OR aimed.amount > receivables.amount,
            aimed.greatest_amount > 0 OR aimed.amount < receivables.amount
        )
        OR (aimed.last_on = run.as_of AND receivables.cleared_on < run.as_of),
        FALSE
    ) AS is_contested
FROM staging.receivables AS receivables
INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
LEFT JOIN aimed
    ON
        receivables.company_id = aimed.company_id
        AND receivables.receivable_id = aimed.receivable_id
        AND receivables.currency = aimed.currency
LEFT JOIN later_receivables
    ON
        receivables.company_id = later_receivables.company_id
        AND receivables.receivable_id = later_receivables.receivable_id
LEFT JOIN later_documents
    ON
        receivables.company_id = later_documents.company_id
        AND receivables.document_number = later_documents.document_number
