-- The receivables whose step is due and that an experiment leaves alone.
-- Grain: one row per open receivable (item_number: the row of decide.items). held_out_until: the last day of it.
-- Never what hurts or decides about a customer: a final deadline, suspension, legal action, hand-over, whatever a
-- person has to approve (a firm tone to a vulnerable customer, too), and steps that name executives, lawyers or
-- agencies among their channels and fallbacks; nor what is overdue for longer than
-- the experiment allows, nor what a person treats by an override. For those its customers are spoken to as everybody.
-- Materialized: table
SELECT
    i.item_number,
    t.experiment,
    least(t.until_on, r.due_date + t.at_most_days_overdue) AS held_out_until
FROM decide.standing AS i
INNER JOIN decide.items AS r ON i.item_number = r.rowid
CROSS JOIN run.parameters AS run
INNER JOIN experiment.treatments AS t
    ON r.company_id = t.company_id AND r.customer_id = t.customer_id AND t.is_held_out
INNER JOIN policy.steps AS s ON i.ladder = s.ladder AND i.due_rank = s.step_rank
LEFT JOIN decide.flags AS f ON r.company_id = f.company_id AND r.customer_id = f.customer_id
ANTI JOIN policy.step_channels AS c
    ON i.ladder = c.ladder AND i.due_rank = c.step_rank AND c.channel IN ('executive', 'legal', 'agency')
WHERE
    i.is_candidate
    AND r.override_number IS NULL
    AND NOT s.needs_approval
    AND s.purpose NOT IN ('suspension_deadline', 'suspension', 'legal_deadline', 'hand_over')
    AND NOT (s.tone = 'firm' AND coalesce(f.is_vulnerable, FALSE))
    AND run.as_of - r.due_date <= t.at_most_days_overdue
