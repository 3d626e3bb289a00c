-- Every receivable issued by as_of beside the sum of what is aimed at it, and every document or receivable that
-- payments name and nobody knows: the one place where ten million receivables meet their payments.
-- Grain: company, receivable; and without receivable_id, customer_id and amount: company, named document or receivable,
-- currency. Amounts in `currency`; credit notes negative, and payments where money was returned.
-- named_document_number: the document that payments name, NULL if none does, or if the document is a shared one;
-- named_receivable_id: the same for payments that name the receivable, and for their parts of a shared document.
-- is_contested: what is aimed at it cannot simply be added up, because it is more than the amount, of the wrong sign
-- (money returned), in part from a customer who is not the debtor and may not pay it, or came on as_of or later while
-- the export says the item was cleared before. Only these few go through running totals (staging.contested_payments);
-- of them, aimed_amount and last_aimed_on may count what other customers paid.
-- stated_open_amount and cleared_on: what the export says. A replay (as_of before run.known_on) forgets both where the
-- same data show that they were said after as_of: when the item was cleared, or paid, later than that. A live run
-- believes its export always.
-- Materialized: table
WITH issued AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        receivables.document_number,
        receivables.currency,
        receivables.amount,
        receivables.invoice_date,
        receivables.due_date,
        receivables.cleared_on,
        receivables.open_amount
    FROM staging.receivables AS receivables
    INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
)

SELECT
    coalesce(issued.company_id, documents.company_id, receivables.company_id) AS company_id,
    issued.customer_id,
    issued.receivable_id,
    documents.document_number AS named_document_number,
    receivables.receivable_id AS named_receivable_id,
    coalesce(issued.currency, documents.currency, receivables.currency) AS currency,
    issued.amount,
    issued.invoice_date,
    issued.due_date,
    if(issued.cleared_on > run.as_of AND run.as_of < run.known_on, NULL, issued.cleared_on) AS cleared_on,
    if(
        (issued.cleared_on > run.as_of AND run.as_of < run.known_on) OR paid_later.receivable_id IS NOT NULL,
        NULL,
        issued.open_amount
    ) AS stated_open_amount,
    if(
        documents.amount IS NULL,
        receivables.amount,
        documents.amount + coalesce(receivables.amount, 0)
    )::DECIMAL(18, 2) AS aimed_amount,
    greatest(documents.last_on, receivables.last_on) AS last_aimed_on,
    coalesce(
        documents.has_several_payers
        OR documents.payer_id <> issued.customer_id
        OR if(issued.amount > 0, documents.was_returned, documents.was_received)
        OR if(issued.amount > 0, receivables.was_returned, receivables.was_received)
        OR abs(coalesce(documents.amount, 0) + coalesce(receivables.amount, 0)) > abs(issued.amount)
        OR (greatest(documents.last_on, receivables.last_on) >= run.as_of AND issued.cleared_on < run.as_of),
        FALSE
    ) AS is_contested
FROM issued
FULL JOIN staging.named_documents AS documents
    ON
        issued.company_id = documents.company_id
        AND issued.document_number = documents.document_number
        AND issued.currency = documents.currency
FULL JOIN staging.named_receivables AS receivables
    ON
        issued.company_id = receivables.company_id
        AND issued.receivable_id = receivables.receivable_id
        AND issued.currency = receivables.currency
LEFT JOIN staging.paid_later AS paid_later
    ON
        issued.company_id = paid_later.company_id
        AND issued.receivable_id = paid_later.receivable_id
        AND issued.currency = paid_later.currency
CROSS JOIN run.parameters AS run
