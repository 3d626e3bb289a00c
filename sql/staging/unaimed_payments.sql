-- The known payments that neither the receivable nor the document they name, or were found to be for, finds a place
-- for.
-- Grain: company, payment. amount in `currency`, signed like money. Where the rules that guess begin: after
-- those that know (staging.matches), and with little to read.
-- names: 'nothing'; 'unknown', something that no export holds in their currency (name_given); 'several' documents in
-- its text; 'known', a document of another customer, or one that this kind of payment or this currency cannot pay.
-- Materialized: table
SELECT
    company_id,
    payment_id,
    customer_id,
    name_customer_id,
    currency,
    amount,
    paid_on,
    kind,
    CASE
        WHEN NOT names_something THEN 'nothing'
        WHEN is_several THEN 'several'
        ELSE 'known'
    END AS names,
    NULL::VARCHAR AS name_given
FROM staging.found_payments
WHERE receivable_id IS NULL AND document_number IS NULL
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    NULL AS name_customer_id,
    currency,
    amount,
    paid_on,
    kind,
    if(receivable_id IS NULL, 'unknown', 'known') AS names,
    name_given
FROM staging.exceptional_payments
WHERE NOT is_aimed
