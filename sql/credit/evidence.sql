-- What the credit policy finds about each customer's line: what is above the limit, how heavy the arrears are.
-- Grain: one row per customer and currency of credit.lines (company_id, customer_id, currency).
-- checked_amount: the exposure that counts against the limit of limit_currency, in that currency; also what is
-- converted into it. tolerance_amount likewise. over_amount: what is above limit and tolerance, 0 when nothing is.
-- others_amount: what of checked_amount comes from other currencies than the row's.
-- risk_days = amount x days overdue / all that is open x score / 1000; risk_money_days = amount x days x score /
-- 1000, in `currency`. Compared without rounding: is_in_arrears holds when one of them reaches the rule's threshold
-- and what is overdue is more than the tolerance, so that cents block nobody (frappe/erpnext#52960, #37326).
-- A tolerance that nobody gave is one unit of the currency.
-- Materialized: table
WITH checked AS (
    SELECT
        company_id,
        customer_id,
        limit_currency,
        sum(round(exposure_amount::DECIMAL(38, 2) * rate, 2))::DECIMAL(18, 2) AS checked_amount
    FROM credit.lines
    WHERE limit_currency IS NOT NULL
    GROUP BY company_id, customer_id, limit_currency
),

judged AS (
    SELECT
        l.company_id,
        l.customer_id,
        l.currency,
        l.open_amount,
        l.overdue_amount,
        l.overdue_receivables,
        l.money_days,
        l.credit_amount,
        l.orders_amount,
        l.delivered_amount,
        l.cover_amount,
        l.base_amount,
        l.exposure_amount,
        l.limit_currency,
        l.rate,
        m.limit_amount,
        m.limit_source,
        k.checked_amount,
        k.checked_amount - round(l.exposure_amount::DECIMAL(38, 2) * l.rate, 2) AS others_amount,
        greatest(
            round(m.limit_amount::DECIMAL(38, 2) * p.tolerance_percent / 100, 2), coalesce(h.tolerance_amount, 1)
        )::DECIMAL(18, 2) AS tolerance_amount,
        c.rule,
        c.risk_grade,
        c.risk_score,
        c.is_insolvent,
        c.exempt_until,
        s.suspension,
        s.suspension_on,
        l.overdue_amount > coalesce(t.tolerance_amount, 1)
        AND (
            coalesce(l.money_days * c.risk_score >= l.open_amount::DECIMAL(38, 2) * r.risk_days * 1000, FALSE)
            OR coalesce(l.money_days * c.risk_score >= a.risk_money_days::DECIMAL(38, 2) * 1000, FALSE)
        ) AS is_in_arrears
    FROM credit.lines AS l
    CROSS JOIN policy.credit_parameters AS p
    INNER JOIN credit.customers AS c ON l.company_id = c.company_id AND l.customer_id = c.customer_id
    INNER JOIN policy.credit_rules AS r ON c.rule_rank = r.rule_rank
    LEFT JOIN policy.credit_thresholds AS a ON c.rule_rank = a.rule_rank AND l.currency = a.currency
    LEFT JOIN policy.credit_tolerances AS t ON l.currency = t.currency
    LEFT JOIN policy.credit_tolerances AS h ON l.limit_currency = h.currency
    LEFT JOIN credit.limits AS m
        ON
            l.company_id = m.company_id
            AND l.customer_id = m.customer_id
            AND l.limit_currency = m.currency
    LEFT JOIN checked AS k
        ON
            l.company_id = k.company_id
            AND l.customer_id = k.customer_id
            AND l.limit_currency = k.limit_currency
    LEFT JOIN credit.suspensions AS s
        ON l.company_id = s.company_id AND l.customer_id = s.customer_id AND l.currency = s.currency
)

SELECT
    company_id,
    customer_id,
    currency,
    rule,
    open_amount,
    overdue_amount,
    overdue_receivables,
    credit_amount,
    orders_amount,
    delivered_amount,
    cover_amount,
    base_amount,
    exposure_amount,
    limit_amount,
    limit_source,
    limit_currency,
    rate,
    checked_amount,
    others_amount,
    tolerance_amount,
    greatest(coalesce(checked_amount - limit_amount - tolerance_amount, 0), 0)::DECIMAL(18, 2) AS over_amount,
    risk_grade,
    risk_score,
    (money_days * risk_score / 1000 / nullif(open_amount, 0))::DOUBLE AS risk_days,
    (money_days * risk_score / 1000)::DECIMAL(38, 2) AS risk_money_days,
    is_in_arrears,
    is_insolvent,
    exempt_until,
    suspension,
    suspension_on
FROM judged
