-- Pairs of customers that may be one debtor, with what speaks for it. Shown, never merged.
-- Grain: company, customer, other customer (the greater code).
-- strength: strong: one tax id, or one name or a close one beside another sign that is not a mailbox; medium: one name,
-- account or code alone; weak: only a mailbox or a close name, or two different tax ids of one country, which are two
-- debtors unless one of the numbers is wrong. Different tax ids with nothing but a mailbox or a close name in common
-- are no pair.
-- Materialized: table
WITH pairs AS (
    SELECT
        company_id,
        customer_id,
        other_customer_id,
        list(sign ORDER BY sign ASC) AS evidence,
        bool_or(sign = 'same_tax_id') AS is_one_taxpayer,
        bool_or(sign IN ('same_name', 'similar_name_same_zone')) AS is_alike_named,
        bool_or(sign IN ('same_name', 'same_iban', 'same_code_without_zeros')) AS is_telling,
        count(*) FILTER (WHERE sign <> 'same_email') AS signs
    FROM parties.evidence
    GROUP BY company_id, customer_id, other_customer_id
)

SELECT
    p.company_id,
    p.customer_id,
    p.other_customer_id,
    p.evidence,
    CASE
        WHEN p.is_one_taxpayer THEN 'strong'
        WHEN coalesce(a.country = b.country AND a.tax_key <> b.tax_key, FALSE) THEN 'weak'
        WHEN p.is_alike_named AND p.signs > 1 THEN 'strong'
        WHEN p.is_telling THEN 'medium'
        ELSE 'weak'
    END AS strength
FROM pairs AS p
INNER JOIN parties.names AS a ON p.company_id = a.company_id AND p.customer_id = a.customer_id
INNER JOIN parties.names AS b ON p.company_id = b.company_id AND p.other_customer_id = b.customer_id
WHERE p.is_one_taxpayer OR p.is_telling OR NOT coalesce(a.country = b.country AND a.tax_key <> b.tax_key, FALSE)
