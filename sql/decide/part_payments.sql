-- The last payment of a part of an overdue receivable, where its ladder does something about it.
-- Grain: one row per open receivable with such a payment (company_id, receivable_id). Payments up to the due date, and
-- after the run's, are left out: what was never late has nothing to restart.
-- restarted_on: from this day the ladder begins again, and what was said on it or before no longer counts.
-- not_before: no step opens before this day. One of the two is NULL.
-- Materialized: table
SELECT
    i.company_id,
    i.receivable_id,
    max(a.paid_on) FILTER (WHERE l.on_part_payment = 'restart') AS restarted_on,
    max(a.paid_on + l.part_payment_days) FILTER (WHERE l.on_part_payment = 'wait') AS not_before
FROM decide.items AS i
CROSS JOIN run.parameters AS run
INNER JOIN policy.ladders AS l ON i.ladder = l.ladder AND l.on_part_payment <> 'continue'
INNER JOIN staging.open_allocations AS a ON i.company_id = a.company_id AND i.receivable_id = a.receivable_id
WHERE a.paid_on > i.due_date AND a.paid_on <= run.as_of AND a.amount > 0
GROUP BY i.company_id, i.receivable_id
