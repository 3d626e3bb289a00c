-- Every receivable issued by as_of with the sum of what is aimed at it: the narrow table that the rest reads, because
-- reading ten million wide rows again and again is what would make a run slow.
-- Grain: company, receivable. Amounts in `currency`; credit notes negative, and payments where money was returned.
-- is_contested: what is aimed at it cannot simply be added up, because it is more than the amount, of the wrong sign
-- (money returned), or came on as_of or later while the export says the item was cleared before. Only these few go
-- through running totals (staging.contested_payments).
-- stated_open_amount and cleared_on: what the export says. A replay (as_of before run.known_on) forgets both where the
-- same data show that they were said after as_of: when the item was cleared, or paid, later than that. A live run
-- believes its export always.
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

-- Only in a replay.
later_payments AS (
    SELECT
        payments.company_id,
        payments.customer_id,
        payments.receivable_id,
        payments.document_number,
        payments.currency
    FROM landing.payments AS payments
    INNER JOIN run.parameters AS run ON payments.paid_on > run.as_of
    WHERE run.as_of < run.known_on
),

paid_later AS (
    SELECT
        company_id,
        receivable_id,
        currency
    FROM later_payments
    WHERE receivable_id IS NOT NULL
    UNION
    SELECT
        receivables.company_id,
        receivables.receivable_id,
        receivables.currency
    FROM landing.receivables AS receivables
    INNER JOIN later_payments AS payments
        ON
            receivables.company_id = payments.company_id
            AND receivables.document_number = payments.document_number
            AND receivables.currency = payments.currency
            AND receivables.customer_id = coalesce(payments.customer_id, receivables.customer_id)
    WHERE payments.receivable_id IS NULL
)

SELECT
    receivables.company_id,
    receivables.customer_id,
    receivables.receivable_id,
    receivables.currency,
    receivables.amount,
    receivables.invoice_date,
    receivables.due_date,
    if(receivables.cleared_on > run.as_of AND run.as_of < run.known_on, NULL, receivables.cleared_on) AS cleared_on,
    if(
        (receivables.cleared_on > run.as_of AND run.as_of < run.known_on) OR paid_later.receivable_id IS NOT NULL,
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
        OR (aimed.last_on >= run.as_of AND receivables.cleared_on < run.as_of),
        FALSE
    ) AS is_contested
FROM staging.receivables AS receivables
INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
LEFT JOIN aimed
    ON
        receivables.company_id = aimed.company_id
        AND receivables.receivable_id = aimed.receivable_id
        AND receivables.currency = aimed.currency
LEFT JOIN paid_later
    ON
        receivables.company_id = paid_later.company_id
        AND receivables.receivable_id = paid_later.receivable_id
        AND receivables.currency = paid_later.currency
