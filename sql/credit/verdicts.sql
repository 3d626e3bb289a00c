-- Every reason that holds for a customer's line or for one of his orders; several may.
-- Grain: one row per customer, currency, order and reason (company_id, customer_id, currency, order_id, reason);
-- order_id is '' for the line itself. The closed list and its order: tasks/credit/reasons.yaml.
-- Materialized: view
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
SELECT
    e.company_id,
    e.customer_id,
    e.currency,
    '' AS order_id,
    unnest(
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
        )
    ) AS reason
FROM credit.evidence AS e
UNION ALL
SELECT
    o.company_id,
    o.customer_id,
    o.currency,
    o.order_id,
    unnest(
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
        )
    ) AS reason
FROM credit.order_findings AS o
INNER JOIN credit.evidence AS e
    ON o.company_id = e.company_id AND o.customer_id = e.customer_id AND o.currency = e.currency
