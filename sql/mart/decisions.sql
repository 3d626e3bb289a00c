-- What this run decided for each open receivable. Earlier runs are replayed (`puntual explain --as-of`), not kept.
-- Grain: one row per run and open receivable (run_id, company_id, receivable_id).
-- Units: open_amount in the row's currency, positive.
-- Columns and their meaning: data_contracts/mart_decisions.odcs.yaml.
-- Materialized: view
SELECT
    p.run_id,
    p.as_of,
    d.company_id,
    d.customer_id,
    d.receivable_id,
    r.currency,
    r.open_amount,
    d.segment,
    d.ladder,
    d.decision,
    d.reason,
    d.step,
    d.step_rank,
    d.purpose,
    d.tone,
    d.channel,
    d.contact_role,
    d.contact_id,
    d.next_action_on,
    d.needs_approval,
    d.reminder_key
FROM decide.decisions AS d
INNER JOIN staging.open_receivables AS r ON d.company_id = r.company_id AND d.receivable_id = r.receivable_id
CROSS JOIN run.parameters AS p
