-- How far the suspension of a customer's credit is: harsh, so announced with a deadline first and approved by a
-- person.
-- Grain: one row per customer and currency whose rule asks for it, or that was suspended and is not current yet
-- (company_id, customer_id, currency).
-- suspension: 'to_announce'; 'announced' until suspension_on, the last day of the deadline; 'awaits_approval' after
-- it; 'suspended' once a person said yes on or after the announcement. Only an announcement that is known to have
-- arrived counts, about something that is still in arrears, so that paying what was announced begins anew. A
-- suspension ends when all arrears are paid (004-C12).
-- Materialized: table
WITH announcing AS (
    SELECT DISTINCT unnest(announced_by) AS step
    FROM policy.credit_rules
),

announced AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.currency,
        max(s.sent_on) AS announced_on
    FROM ledger.sent_steps AS s
    SEMI JOIN announcing AS n ON s.step = n.step
    INNER JOIN credit.customers AS c ON s.company_id = c.company_id AND s.customer_id = c.customer_id
    INNER JOIN policy.credit_rules AS r ON c.rule_rank = r.rule_rank AND list_contains(r.announced_by, s.step)
    INNER JOIN credit.items AS i ON s.company_id = i.company_id AND s.receivable_id = i.receivable_id AND i.is_arrears
    WHERE s.delivery = 'arrived'
    GROUP BY i.company_id, i.customer_id, i.currency
),

due AS (
    SELECT
        b.company_id,
        b.customer_id,
        b.currency,
        a.announced_on,
        a.announced_on + r.suspension_deadline_days AS suspension_on,
        coalesce(p.suspension = 'suspended', FALSE) AS was_suspended
    FROM credit.balances AS b
    INNER JOIN credit.customers AS c ON b.company_id = c.company_id AND b.customer_id = c.customer_id
    INNER JOIN policy.credit_rules AS r
        ON c.rule_rank = r.rule_rank AND r.suspension_days_overdue IS NOT NULL
    LEFT JOIN policy.credit_tolerances AS t ON b.currency = t.currency
    LEFT JOIN announced AS a
        ON b.company_id = a.company_id AND b.customer_id = a.customer_id AND b.currency = a.currency
    LEFT JOIN previous.order_holds AS p
        ON
            b.company_id = p.company_id
            AND b.customer_id = p.customer_id
            AND b.currency = p.currency
            AND p.order_id = ''
    WHERE
        b.overdue_amount > coalesce(t.tolerance_amount, 1)
        AND (b.max_days_overdue >= r.suspension_days_overdue OR coalesce(p.suspension = 'suspended', FALSE))
),

approved AS (
    SELECT
        a.customer_id,
        max(a.approved_on) AS approved_on
    FROM policy.credit_approvals AS a
    INNER JOIN run.parameters AS run
        ON
            a.approved_on <= run.as_of
            AND coalesce(a.from_on, run.as_of) <= run.as_of
            AND coalesce(a.until_on, run.as_of) >= run.as_of
    GROUP BY a.customer_id
)

SELECT
    d.company_id,
    d.customer_id,
    d.currency,
    d.announced_on,
    d.suspension_on,
    CASE
        WHEN d.was_suspended AND a.approved_on IS NOT NULL THEN 'suspended'
        WHEN d.announced_on IS NULL THEN 'to_announce'
        WHEN d.suspension_on >= run.as_of THEN 'announced'
        WHEN a.approved_on >= d.announced_on THEN 'suspended'
        ELSE 'awaits_approval'
    END AS suspension
FROM due AS d
CROSS JOIN run.parameters AS run
LEFT JOIN approved AS a ON d.customer_id = a.customer_id
