-- Every customer that could ask for credit, with the rule of the credit policy that judges him: the first whose
-- conditions all hold. Also customers known by an order only: nobody has investigated them yet (risk_grade 'unknown').
-- Grain: one row per customer (company_id, customer_id).
-- A fact that is not known fulfils no condition, also none that excludes words. risk_score 0 good … 1000 bad; 500 where
-- nobody can tell.
-- Materialized: table
WITH known AS (
    SELECT
        company_id,
        customer_id,
        customer_class,
        financial_situation,
        payment_method,
        country,
        credit_limit,
        credit_currency
    FROM staging.customers
    UNION ALL
    SELECT DISTINCT
        o.company_id,
        o.customer_id,
        NULL AS customer_class,
        NULL AS financial_situation,
        NULL AS payment_method,
        NULL AS country,
        NULL AS credit_limit,
        NULL AS credit_currency
    FROM landing.orders AS o
    ANTI JOIN staging.customers AS c ON o.company_id = c.company_id AND o.customer_id = c.customer_id
),

facts AS (
    SELECT
        k.company_id,
        k.customer_id,
        k.customer_class,
        k.financial_situation,
        k.payment_method,
        k.country,
        k.credit_limit,
        k.credit_currency,
        s.risk_grade,
        s.risk_score,
        s.is_new,
        g.segment
    FROM known AS k
    LEFT JOIN score.customer_scores AS s ON k.company_id = s.company_id AND k.customer_id = s.customer_id
    LEFT JOIN segment.customers AS g ON k.company_id = g.company_id AND k.customer_id = g.customer_id
),

wanted AS (
    SELECT
        r.rule_rank,
        r.rule,
        count(c.fact) AS conditions
    FROM policy.credit_rules AS r
    LEFT JOIN policy.credit_conditions AS c ON r.rule_rank = c.rule_rank
    GROUP BY r.rule_rank, r.rule
),

fulfilled AS (
    SELECT
        f.company_id,
        f.customer_id,
        c.rule_rank,
        count(*) AS conditions
    FROM facts AS f
    CROSS JOIN policy.credit_conditions AS c
    WHERE
        list_contains(
            c.words,
            CASE c.fact
                WHEN 'segment' THEN f.segment
                WHEN 'risk_grade' THEN f.risk_grade
                WHEN 'customer_class' THEN f.customer_class
                WHEN 'financial_situation' THEN f.financial_situation
                WHEN 'payment_method' THEN f.payment_method
                WHEN 'country' THEN f.country
                WHEN 'is_new' THEN f.is_new::VARCHAR
            END
        ) <> c.is_excluded
    GROUP BY f.company_id, f.customer_id, c.rule_rank
),

conditional AS (
    SELECT
        f.company_id,
        f.customer_id,
        min(f.rule_rank) AS rule_rank
    FROM fulfilled AS f
    INNER JOIN wanted AS w ON f.rule_rank = w.rule_rank AND f.conditions = w.conditions
    GROUP BY f.company_id, f.customer_id
),

exempted AS (
    SELECT
        e.customer_id,
        max(e.until_on) AS exempt_until
    FROM policy.credit_exemptions AS e
    INNER JOIN run.parameters AS run
        ON coalesce(e.from_on, run.as_of) <= run.as_of AND coalesce(e.until_on, run.as_of) >= run.as_of
    WHERE e.order_id IS NULL
    GROUP BY e.customer_id
)

SELECT
    f.company_id,
    f.customer_id,
    f.customer_class,
    w.rule_rank,
    w.rule,
    f.credit_limit,
    f.credit_currency,
    coalesce(f.risk_grade, 'unknown') AS risk_grade,
    coalesce(f.risk_score, 500) AS risk_score,
    coalesce(f.financial_situation = 'insolvent', FALSE) AS is_insolvent,
    e.exempt_until
FROM facts AS f
LEFT JOIN conditional AS c ON f.company_id = c.company_id AND f.customer_id = c.customer_id
-- The last rule takes everybody who is left.
INNER JOIN wanted AS w ON w.rule_rank = coalesce(c.rule_rank, (SELECT max(p.rule_rank) FROM policy.credit_rules AS p))
LEFT JOIN exempted AS e ON f.customer_id = e.customer_id
