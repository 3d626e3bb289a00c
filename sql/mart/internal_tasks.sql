-- What our own people have to do before a debtor is asked for money: overdue first, then what waits longest.
-- Grain: one row per task and currency at stake (company_id, task_id, currency); place numbers them.
-- Units: open_amount in the row's currency, positive.
-- Materialized: view
SELECT
    company_id,
    row_number() OVER (
        PARTITION BY company_id
        ORDER BY is_overdue DESC, days_held_back DESC, due_by ASC, position ASC, task_id ASC, currency ASC
    ) AS place,
    task_id,
    customer_id,
    receivable_id,
    contact_id,
    duty,
    source,
    since,
    due_by,
    is_overdue,
    owner,
    escalate_to,
    currency,
    open_amount,
    undisputed_amount,
    open_receivables,
    days_held_back
FROM internal.tasks
