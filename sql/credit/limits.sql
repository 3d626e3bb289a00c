-- Each customer's credit limit per currency, and where it comes from: the first source of his rule that has an amount
-- in the currency; `initial` is the cap of his grade, which stands until somebody investigates him (004-P1).
-- Grain: one row per customer and currency with a limit or a security (company_id, customer_id, currency);
-- limit_source and limit_amount are NULL where there is a security only.
-- cover_amount: guarantees and insurance in force that are not the limit itself, so that no security counts twice.
-- Materialized: table
WITH covers AS (
    SELECT
        c.customer_id,
        c.source,
        c.currency,
        sum(c.amount)::DECIMAL(18, 2) AS amount
    FROM policy.credit_covers AS c
    INNER JOIN run.parameters AS run
        ON coalesce(c.from_on, run.as_of) <= run.as_of AND coalesce(c.until_on, run.as_of) >= run.as_of
    GROUP BY c.customer_id, c.source, c.currency
),

offered AS (
    SELECT
        company_id,
        customer_id,
        rule_rank,
        'master' AS source,
        credit_currency AS currency,
        credit_limit AS amount
    FROM credit.customers
    WHERE credit_limit IS NOT NULL
    UNION ALL
    SELECT
        u.company_id,
        u.customer_id,
        u.rule_rank,
        c.source,
        c.currency,
        c.amount
    FROM credit.customers AS u
    INNER JOIN covers AS c ON u.customer_id = c.customer_id
    UNION ALL
    SELECT
        u.company_id,
        u.customer_id,
        u.rule_rank,
        'initial' AS source,
        c.currency,
        c.cap_amount AS amount
    FROM credit.customers AS u
    INNER JOIN policy.credit_caps AS c ON u.rule_rank = c.rule_rank AND u.risk_grade = c.risk_grade
),

placed AS (
    SELECT
        o.company_id,
        o.customer_id,
        o.currency,
        o.source,
        o.amount,
        list_position(r.limit_sources, o.source) AS place,
        o.source IN ('insurance', 'guarantee') AS is_cover
    FROM offered AS o
    INNER JOIN policy.credit_rules AS r ON o.rule_rank = r.rule_rank
),

chosen AS (
    SELECT
        company_id,
        customer_id,
        currency,
        min(place) AS place,
        arg_min(source, place) AS limit_source,
        arg_min(amount, place) AS limit_amount
    FROM placed
    GROUP BY company_id, customer_id, currency
)

SELECT
    c.company_id,
    c.customer_id,
    c.currency,
    c.limit_source,
    c.limit_amount,
    coalesce(
        sum(p.amount) FILTER (WHERE p.is_cover AND (c.place IS NULL OR p.place IS DISTINCT FROM c.place)), 0
    )::DECIMAL(18, 2) AS cover_amount
FROM chosen AS c
INNER JOIN placed AS p
    ON c.company_id = p.company_id AND c.customer_id = p.customer_id AND c.currency = p.currency
GROUP BY c.company_id, c.customer_id, c.currency, c.limit_source, c.limit_amount, c.place
