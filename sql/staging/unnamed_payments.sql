-- The landed payments that name neither a receivable nor a document, and who paid them as far as it can be told.
-- Grain: company, payment. `amount` in `currency`, signed like money. Only what the run knows of, as in
-- staging.known_payments.
-- payer_known_by: 'export' (it names the customer), 'account' (the money came from the account that the customers
-- export gives for exactly one customer), NULL. name_customer_id: the only customer of the payer's name, spelt without
-- accents, marks and legal form. It never makes a payer known, it only supports or contradicts an amount.
-- Nearly always a small part of all payments, so that guessing reads little. Names and accounts stay in landing.
-- Materialized: table
WITH unnamed AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.paid_on,
        payments.currency,
        payments.amount,
        coalesce(payments.kind, CASE WHEN payments.amount > 0 THEN 'payment' END) AS kind,
        payments.payment_method,
        payments.source,
        payments.file,
        payments.file_row,
        nullif(regexp_replace(upper(payments.payer_account), '[^0-9A-Z]', '', 'g'), '') AS account,
        regexp_replace(
            regexp_replace(strip_accents(upper(payments.payer_name)), '[^0-9A-Z]', '', 'g'),
            '(SADECV|SLU|SAU|SPA|LTDA|LDA|SAS|SRL|SARL|GMBH|LTD|INC|BV|SL|SA)$',
            ''
        ) AS spelt_name
    FROM landing.payments AS payments
    INNER JOIN run.parameters AS run ON payments.paid_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
    WHERE payments.receivable_id IS NULL AND payments.document_number IS NULL
),

accounts AS (
    SELECT
        company_id,
        regexp_replace(upper(iban), '[^0-9A-Z]', '', 'g') AS account,
        min(customer_id) AS customer_id
    FROM staging.customers
    WHERE iban IS NOT NULL
    GROUP BY company_id, regexp_replace(upper(iban), '[^0-9A-Z]', '', 'g')
    HAVING count(*) = 1
),

-- Only where a payer has a name and no code.
asked AS (
    SELECT DISTINCT
        company_id,
        spelt_name
    FROM unnamed
    WHERE customer_id IS NULL AND length(spelt_name) >= 5
),

spelt AS (
    SELECT
        customers.company_id,
        customers.customer_id,
        regexp_replace(
            regexp_replace(strip_accents(upper(customers.name)), '[^0-9A-Z]', '', 'g'),
            '(SADECV|SLU|SAU|SPA|LTDA|LDA|SAS|SRL|SARL|GMBH|LTD|INC|BV|SL|SA)$',
            ''
        ) AS spelt_name
    FROM staging.customers AS customers
    -- Spelling half a million names is for nothing where no name is asked for.
    SEMI JOIN asked ON customers.company_id = asked.company_id
),

names AS (
    SELECT
        spelt.company_id,
        spelt.spelt_name,
        min(spelt.customer_id) AS customer_id
    FROM spelt
    INNER JOIN asked ON spelt.company_id = asked.company_id AND spelt.spelt_name = asked.spelt_name
    GROUP BY spelt.company_id, spelt.spelt_name
    HAVING count(*) = 1
)

SELECT
    unnamed.company_id,
    unnamed.payment_id,
    coalesce(unnamed.customer_id, accounts.customer_id) AS customer_id,
    CASE
        WHEN unnamed.customer_id IS NOT NULL THEN 'export'
        WHEN accounts.customer_id IS NOT NULL THEN 'account'
    END AS payer_known_by,
    names.customer_id AS name_customer_id,
    unnamed.paid_on,
    unnamed.currency,
    unnamed.amount,
    unnamed.kind,
    unnamed.payment_method,
    unnamed.source,
    unnamed.file,
    unnamed.file_row
FROM unnamed
LEFT JOIN accounts ON unnamed.company_id = accounts.company_id AND unnamed.account = accounts.account
LEFT JOIN names
    ON
        unnamed.customer_id IS NULL
        AND unnamed.company_id = names.company_id
        AND unnamed.spelt_name = names.spelt_name
