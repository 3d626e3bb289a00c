-- Every customer of the customers export or of any receivable.
-- Grain: company, customer. A customer without master data gets its name, country and zone from its receivables (the
-- greatest value in text order when they disagree, so that the order of the rows does not matter); the rest is NULL.
-- Materialized: table
WITH only_in_receivables AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        max(receivables.customer_name) AS name,
        max(receivables.customer_country) AS country,
        max(receivables.customer_zone) AS zone
    FROM landing.receivables AS receivables
    ANTI JOIN landing.customers AS master
        ON receivables.company_id = master.company_id AND receivables.customer_id = master.customer_id
    GROUP BY receivables.company_id, receivables.customer_id
)

SELECT
    company_id,
    customer_id,
    name,
    country,
    language,
    tax_id,
    iban,
    sector,
    zone,
    customer_class,
    financial_situation,
    payment_method,
    payment_terms_days,
    credit_limit,
    credit_currency,
    customer_since,
    address_line_1,
    address_line_2,
    postal_code,
    city,
    region,
    TRUE AS is_in_master
FROM landing.customers
UNION ALL
SELECT
    company_id,
    customer_id,
    -- A debtor must be called something in worklists; its code is what the export gives.
    coalesce(name, customer_id) AS name,
    country,
    NULL AS language,
    NULL AS tax_id,
    NULL AS iban,
    NULL AS sector,
    zone,
    NULL AS customer_class,
    NULL AS financial_situation,
    NULL AS payment_method,
    NULL AS payment_terms_days,
    NULL AS credit_limit,
    NULL AS credit_currency,
    NULL AS customer_since,
    NULL AS address_line_1,
    NULL AS address_line_2,
    NULL AS postal_code,
    NULL AS city,
    NULL AS region,
    FALSE AS is_in_master
FROM only_in_receivables
