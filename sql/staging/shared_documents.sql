-- The documents of which several receivables are known: instalments, or an invoice and a credit note of one number.
-- Grain: company, document number, currency; only receivables issued by as_of. Nearly always few: the other documents
-- are one receivable each, and a payment that names such a document is as good as one that names the receivable.
-- Numbers that occur twice are found by their hash, which takes a quarter of the time that the numbers themselves
-- would; two numbers of one hash are told apart afterwards.
-- is_debt: a number that invoice and credit note share means the invoice.
-- Materialized: table
WITH repeated AS (
    SELECT hash(receivables.document_number) AS number_hash
    FROM landing.receivables AS receivables
    GROUP BY hash(receivables.document_number)
    HAVING count(*) > 1
)

SELECT
    receivables.company_id,
    receivables.document_number,
    receivables.currency,
    bool_or(receivables.amount > 0) AS is_debt
FROM landing.receivables AS receivables
INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
SEMI JOIN repeated ON hash(receivables.document_number) = repeated.number_hash
GROUP BY receivables.company_id, receivables.document_number, receivables.currency
HAVING count(*) > 1
