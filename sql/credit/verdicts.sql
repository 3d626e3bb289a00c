-- Every reason that holds for a customer's line and for each of his orders, in the order of the closed list
-- (tasks/credit/reasons.yaml): the first decides.
-- Grain: one row per customer, currency and order (company_id, customer_id, currency, order_id); order_id is '' for the
-- line itself. found: at least one reason.
-- Materialized: view
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
SELECT
    e.company_id,
    e.customer_id,
    e.currency,
    '' AS order_id,
    list_filter(
        [
            CASE WHEN e.exempt_until IS NOT NULL THEN 'exempt' END,
            CASE WHEN e.is_insolvent THEN 'insolvent' END,
            CASE WHEN e.suspension = 'suspended' THEN 'credit_suspended' END,
            CASE WHEN e.is_in_arrears THEN 'arrears' END,
            CASE WHEN e.over_amount > 0 THEN 'over_credit_limit' END,
            'within_policy'
        ],
        LAMBDA reason: reason IS NOT NULL
    ) AS found
FROM credit.evidence AS e
UNION ALL
SELECT
    o.company_id,
    o.customer_id,
    o.currency,
    o.order_id,
    list_filter(
        [
            CASE WHEN coalesce(o.exempt_until, e.exempt_until) IS NOT NULL THEN 'exempt' END,
            CASE WHEN o.state = 'prepaid' THEN 'prepaid' END,
            CASE WHEN o.state = 'delivered' THEN 'already_delivered' END,
            CASE WHEN e.is_insolvent THEN 'insolvent' END,
            CASE WHEN e.suspension = 'suspended' THEN 'credit_suspended' END,
            CASE WHEN e.is_in_arrears THEN 'arrears' END,
            CASE WHEN o.is_over_limit THEN 'over_credit_limit' END,
            'within_policy'
        ],
        LAMBDA reason: reason IS NOT NULL
    ) AS found
FROM credit.order_findings AS o
INNER JOIN credit.evidence AS e
    ON o.company_id = e.company_id AND o.customer_id = e.customer_id AND o.currency = e.currency
