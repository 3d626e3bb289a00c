-- What customers are compared by to find one debtor under two codes.
-- Grain: company, customer, of those that have receivables: a code without any misleads nobody. NULL where there is
-- nothing to compare by.
-- name_key: small letters without accents, punctuation and legal form (S.L., S.A. de C.V., Ltda, Lda, SpA, GmbH, ...),
-- at least three signs. digits: the figures in it: "Obra 1" and "Obra 2" are two. zone: the customer's, else its
-- country. tax_key, iban_key: capitals without separators; a tax id without its country's prefix, and none that stands
-- for anybody.
-- code_key: the customer's code without leading zeros, where that leaves something.
-- Materialized: table
WITH spelt AS (
    SELECT
        c.company_id,
        c.customer_id,
        c.country,
        coalesce(c.zone, c.country) AS zone,
        regexp_replace(upper(c.tax_id), '[ .,/_-]', '', 'g') AS tax_id,
        nullif(regexp_replace(upper(c.iban), '[ .-]', '', 'g'), '') AS iban_key,
        nullif(ltrim(c.customer_id, '0'), '') AS code_key,
        trim(
            regexp_replace(
                regexp_replace(strip_accents(lower(c.name)), '[.''’´`]', '', 'g'),
                '[^\p{L}\p{N}]+',
                ' ',
                'g'
            )
        ) AS spelt_name
    FROM staging.customers AS c
    SEMI JOIN landing.receivables AS r ON c.company_id = r.company_id AND c.customer_id = r.customer_id
),

cut AS (
    SELECT
        company_id,
        customer_id,
        country,
        zone,
        iban_key,
        code_key,
        if(country IS NOT NULL AND starts_with(tax_id, country), substr(tax_id, 3), tax_id) AS tax_key,
        regexp_replace(
            spelt_name,
            '( (s ?l ?[unpc]?|s ?a ?[usc]?|s ?a ?s ?u|s ?r ?l ?s?|s ?p ?a|s ?a ?r ?l|s ?de ?r ?l|s ?coop|de c ?v'
            || '|(sociedad )?limitada|sociedade? anonima|ltda|ltd|limited|unipessoal|lda|eireli|e ?i ?r ?l|m ?e|epp'
            || '|gmbh|co kg|kg|ag|ug|ohg|b ?v|n ?v|llc|llp|inc|corp|plc))+$',
            ''
        ) AS name_key
    FROM spelt
)

SELECT
    c.company_id,
    c.customer_id,
    c.country,
    c.zone,
    c.iban_key,
    c.code_key,
    if(length(c.tax_key) < 5 OR list_contains(s.nobodys_tax_ids, c.tax_key), NULL, c.tax_key) AS tax_key,
    if(length(c.name_key) < 3, NULL, c.name_key) AS name_key,
    regexp_replace(c.name_key, '[^0-9]+', '', 'g') AS digits
FROM cut AS c
CROSS JOIN checked.settings AS s
