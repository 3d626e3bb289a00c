-- Who the customers are, how risky, how reachable, and whether a new order should wait for credit control.
-- Grain: one row per customer (company_id, customer_id).
-- order_hold is what sql/credit/holds.sql recommends, in any currency: the credit policy decides it, and nothing here.
-- Materialized: view
WITH scores AS (
    SELECT
        company_id,
        customer_id,
        risk_grade,
        risk_score,
        trend,
        is_new,
        settled_count,
        late_share,
        median_days_late,
        list_transform(reasons, LAMBDA reason: struct_extract(reason, 'code')) AS risk_reasons,
        method AS risk_method,
        model AS risk_model
    FROM score.customer_scores
),

warned AS (
    SELECT
        w.company_id,
        w.customer_id,
        list(w.warning ORDER BY w.place) FILTER (WHERE w.place <= l.listed) AS early_warnings
    FROM mart.early_warnings AS w
    CROSS JOIN policy.early_warning_parameters AS l
    GROUP BY w.company_id, w.customer_id
),

reach AS (
    SELECT
        company_id,
        customer_id,
        bool_or(email IS NOT NULL) AS has_email,
        max(last_verified_on) AS contact_verified_on
    FROM landing.contacts
    GROUP BY company_id, customer_id
),

opted_out AS (
    SELECT DISTINCT
        o.company_id,
        o.customer_id
    FROM ledger.opt_outs AS o
    INNER JOIN run.parameters AS p ON o.from_on <= p.as_of
    WHERE o.channel IS NULL OR o.channel = 'email'
),

held AS (
    SELECT
        h.company_id,
        h.customer_id,
        arg_min(h.reason, r.precedence) AS order_hold_reason
    FROM credit.holds AS h
    INNER JOIN policy.credit_reasons AS r ON h.reason = r.reason
    WHERE h.decision = 'hold' AND h.order_id = ''
    GROUP BY h.company_id, h.customer_id
)

SELECT
    c.company_id,
    c.customer_id,
    c.name,
    c.country,
    c.language,
    c.sector,
    c.zone,
    c.customer_class,
    c.financial_situation,
    c.payment_method,
    c.payment_terms_days,
    c.credit_limit,
    c.credit_currency,
    c.customer_since,
    c.is_in_master,
    s.risk_grade,
    s.risk_score,
    p.risk_grade AS risk_grade_before,
    p.risk_score AS risk_score_before,
    s.risk_score - p.risk_score AS risk_score_change,
    s.trend,
    s.is_new,
    s.settled_count,
    s.late_share,
    s.median_days_late,
    s.risk_reasons,
    s.risk_method,
    s.risk_model,
    coalesce(e.early_warnings, []) AS early_warnings,
    g.segment,
    g.ladder,
    CASE
        WHEN x.customer_id IS NOT NULL THEN 'opted_out'
        WHEN r.has_email THEN 'email'
        WHEN r.customer_id IS NOT NULL THEN 'phone_only'
        ELSE 'none'
    END AS contact_status,
    r.contact_verified_on,
    h.order_hold_reason IS NOT NULL AS order_hold,
    h.order_hold_reason
FROM staging.customers AS c
LEFT JOIN scores AS s ON c.company_id = s.company_id AND c.customer_id = s.customer_id
LEFT JOIN earlier.customer_scores AS p ON c.company_id = p.company_id AND c.customer_id = p.customer_id
LEFT JOIN warned AS e ON c.company_id = e.company_id AND c.customer_id = e.customer_id
LEFT JOIN segment.customers AS g ON c.company_id = g.company_id AND c.customer_id = g.customer_id
LEFT JOIN reach AS r ON c.company_id = r.company_id AND c.customer_id = r.customer_id
LEFT JOIN opted_out AS x ON c.company_id = x.company_id AND c.customer_id = x.customer_id
LEFT JOIN held AS h ON c.company_id = h.company_id AND c.customer_id = h.customer_id
