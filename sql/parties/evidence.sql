-- Signs that two customers are one debtor, one at a time.
-- Grain: company, customer, other customer (the greater code), sign.
-- A value is a sign while two to five customers share it: more share a mailbox of their accounting firm, a tax id that
-- stands for anybody, or a very common name. Close names are compared only within blocks of at most 20 customers of one
-- zone whose names begin with the same four letters and hold the same figures: at most 10 comparisons per customer,
-- never all pairs. Close: at most two letters added, lost, changed or swapped, in names of ten letters or more.
-- Materialized: table
WITH mailboxes AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        lower(email) AS email
    FROM staging.contacts
    WHERE email IS NOT NULL
),

signs AS (
    SELECT
        company_id,
        customer_id,
        'same_tax_id' AS sign,
        tax_key AS shared
    FROM parties.names
    UNION ALL
    SELECT
        company_id,
        customer_id,
        'same_name' AS sign,
        name_key AS shared
    FROM parties.names
    UNION ALL
    SELECT
        company_id,
        customer_id,
        'same_iban' AS sign,
        iban_key AS shared
    FROM parties.names
    UNION ALL
    SELECT
        company_id,
        customer_id,
        'same_code_without_zeros' AS sign,
        code_key AS shared
    FROM parties.names
    UNION ALL
    SELECT
        company_id,
        customer_id,
        'same_email' AS sign,
        email AS shared
    FROM mailboxes
),

telling AS (
    SELECT
        company_id,
        sign,
        shared
    FROM signs
    WHERE shared IS NOT NULL
    GROUP BY company_id, sign, shared
    HAVING count(*) BETWEEN 2 AND 5
),

sharing AS (
    SELECT
        s.company_id,
        s.customer_id,
        s.sign,
        s.shared
    FROM signs AS s
    INNER JOIN telling AS t ON s.company_id = t.company_id AND s.sign = t.sign AND s.shared = t.shared
),

blocked AS (
    SELECT
        company_id,
        customer_id,
        name_key,
        zone,
        digits,
        left(name_key, 4) AS beginning
    FROM parties.names
    WHERE length(name_key) >= 10 AND zone IS NOT NULL
    QUALIFY count(*) OVER (PARTITION BY company_id, zone, digits, left(name_key, 4)) BETWEEN 2 AND 20
)

SELECT
    a.company_id,
    a.customer_id,
    b.customer_id AS other_customer_id,
    a.sign
FROM sharing AS a
INNER JOIN sharing AS b
    ON
        a.company_id = b.company_id
        AND a.sign = b.sign
        AND a.shared = b.shared
        AND a.customer_id < b.customer_id
UNION ALL
SELECT
    a.company_id,
    a.customer_id,
    b.customer_id AS other_customer_id,
    'similar_name_same_zone' AS sign
FROM blocked AS a
INNER JOIN blocked AS b
    ON
        a.company_id = b.company_id
        AND a.zone = b.zone
        AND a.digits = b.digits
        AND a.beginning = b.beginning
        AND a.customer_id < b.customer_id
WHERE a.name_key <> b.name_key AND damerau_levenshtein(a.name_key, b.name_key) <= 2
