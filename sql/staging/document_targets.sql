-- The documents that payments name, and what is known of them: how many instalments, and which one if only one.
-- Grain: company, document number, currency; only documents issued by as_of that some payment names without naming an
-- instalment. receivable_id and customer_id: NULL unless it is the only one, the fast path of staging.document_parts.
-- A payment in another currency names no document: money is never converted.
-- Materialized: table
WITH named AS (
    SELECT
        payments.company_id,
        payments.document_number,
        payments.currency
    FROM staging.known_payments AS payments
    WHERE payments.receivable_id IS NULL AND payments.document_number IS NOT NULL
)

SELECT
    receivables.company_id,
    receivables.document_number,
    receivables.currency,
    count(*) AS instalments,
    if(count(*) = 1, any_value(receivables.receivable_id), NULL) AS receivable_id,
    if(count(*) = 1, any_value(receivables.customer_id), NULL) AS customer_id,
    -- A number that invoice and credit note share means the invoice.
    bool_or(receivables.amount > 0) AS is_debt
FROM landing.receivables AS receivables
INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
SEMI JOIN named
    ON
        receivables.company_id = named.company_id
        AND receivables.document_number = named.document_number
        AND receivables.currency = named.currency
GROUP BY receivables.company_id, receivables.document_number, receivables.currency
