-- Open receivables whose step is due and that nothing said about them or their customer stands against.
-- Grain: one row per such receivable (company_id, receivable_id).
-- Materialized: table
SELECT
    i.company_id,
    i.customer_id,
    i.receivable_id,
    i.currency,
    i.open_amount,
    s.channel,
    s.contact_role
FROM decide.items AS i
INNER JOIN decide.progress AS p ON i.company_id = p.company_id AND i.receivable_id = p.receivable_id
INNER JOIN policy.steps AS s ON i.ladder = s.ladder AND p.due_rank = s.step_rank
LEFT JOIN decide.blocks AS b ON i.company_id = b.company_id AND i.receivable_id = b.receivable_id
WHERE NOT i.is_insolvent AND b.receivable_id IS NULL
