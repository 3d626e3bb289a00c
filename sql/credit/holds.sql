-- Whether new orders of a customer wait, and each order that is on the books: the only place of order holds.
-- Grain: one row per customer and currency, order_id '', and one per order (company_id, customer_id, currency,
-- order_id).
-- decision: 'hold'; 'release' where the previous run held it and nothing does now; 'free'. Everything is a
-- recommendation.
-- reason: the first of the reasons that hold; reasons: all that hold orders. held_since: the first run of an unbroken
-- row of holds, or this one. expires_on: last day of an exemption; of a hold the last day on which this list may hold
-- anybody.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH holding AS (
    SELECT list(reason) AS reasons
    FROM policy.credit_reasons
    WHERE decision = 'hold'
),

decided AS (
    SELECT
        v.company_id,
        v.customer_id,
        v.currency,
        v.order_id,
        v.found[1] AS reason,
        if(list_contains(h.reasons, v.found[1]), 'hold', 'free') AS decision,
        list_filter(v.found, LAMBDA reason: list_contains(h.reasons, reason)) AS reasons
    FROM credit.verdicts AS v
    CROSS JOIN holding AS h
)

SELECT
    d.company_id,
    d.customer_id,
    d.currency,
    d.order_id,
    d.reason,
    d.reasons,
    e.rule,
    e.risk_grade,
    e.risk_score,
    e.limit_amount,
    e.limit_source,
    e.limit_currency,
    e.tolerance_amount,
    e.open_amount,
    e.credit_amount,
    e.orders_amount,
    e.delivered_amount,
    e.cover_amount,
    e.exposure_amount,
    e.over_amount,
    e.overdue_amount,
    e.overdue_receivables,
    e.risk_days,
    e.risk_money_days,
    e.suspension,
    e.suspension_on,
    o.amount AS order_amount,
    o.ordered_on,
    coalesce(o.checked_amount, e.checked_amount) AS checked_amount,
    CASE
        WHEN d.decision = 'hold' THEN 'hold'
        WHEN p.decision = 'hold' THEN 'release'
        ELSE 'free'
    END AS decision,
    CASE
        WHEN d.decision = 'hold' AND coalesce(p.decision, '') <> 'hold' THEN 'new'
        WHEN d.decision = 'hold' AND p.reason <> d.reason THEN 'other_reason'
        WHEN d.decision = 'hold' THEN 'kept'
        WHEN p.decision = 'hold' THEN 'released'
    END AS change,
    if(p.decision = 'hold', p.reason, NULL) AS previous_reason,
    CASE
        WHEN d.decision = 'hold' AND p.decision = 'hold' THEN p.held_since
        WHEN d.decision = 'hold' THEN run.as_of
    END AS held_since,
    CASE
        WHEN d.decision = 'hold' THEN run.as_of + c.valid_days
        WHEN d.reason = 'exempt' THEN coalesce(o.exempt_until, e.exempt_until)
    END AS expires_on,
    if(d.decision = 'hold' AND d.reason <> 'insolvent', l.release_amount, NULL) AS release_amount,
    if(d.decision = 'hold' AND d.reason <> 'insolvent', l.release_currency, NULL) AS release_currency,
    if(d.decision = 'hold' AND d.reason <> 'insolvent', l.release_receivables, NULL) AS release_receivables
FROM decided AS d
CROSS JOIN run.parameters AS run
CROSS JOIN policy.credit_parameters AS c
INNER JOIN credit.evidence AS e
    ON d.company_id = e.company_id AND d.customer_id = e.customer_id AND d.currency = e.currency
LEFT JOIN credit.order_findings AS o ON d.company_id = o.company_id AND d.order_id = o.order_id
LEFT JOIN credit.releases AS l
    ON d.company_id = l.company_id AND d.customer_id = l.customer_id AND d.currency = l.currency
LEFT JOIN previous.order_holds AS p
    ON
        d.company_id = p.company_id
        AND d.customer_id = p.customer_id
        AND d.currency = p.currency
        AND d.order_id = p.order_id
