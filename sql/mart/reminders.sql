-- What was said, or will be, and what became of it: the ledger's messages and those of this run's plan that the ledger
-- does not hold yet. Names and addresses of recipients stay in the ledger.
-- Grain: one row per message (company_id, reminder_key).
-- Units: total_amount in the row's currency, positive; ..._at UTC.
-- Materialized: view
SELECT
    company_id,
    reminder_key,
    reminder_id,
    as_of,
    run_id,
    customer_id,
    contact_id,
    contact_role,
    channel,
    currency,
    step,
    step_rank,
    purpose,
    tone,
    language,
    segment,
    strategy_version,
    item_count,
    total_amount,
    needs_approval,
    batch_number,
    variant,
    status,
    status_reason,
    claimed_at,
    settled_at,
    provider,
    attempts
FROM ledger.reminders
UNION ALL
SELECT
    d.company_id,
    d.reminder_key,
    NULL AS reminder_id,
    p.as_of,
    p.run_id,
    d.customer_id,
    d.contact_id,
    d.contact_role,
    d.channel,
    d.currency,
    d.step,
    d.step_rank,
    d.purpose,
    d.tone,
    d.language,
    d.segment,
    d.strategy_version,
    d.item_count,
    d.total_amount,
    d.needs_approval,
    d.batch_number,
    d.variant,
    'planned' AS status,
    NULL AS status_reason,
    NULL AS claimed_at,
    NULL AS settled_at,
    NULL AS provider,
    0 AS attempts
FROM outgoing.messages AS d
CROSS JOIN run.parameters AS p
ANTI JOIN ledger.reminders AS k ON d.company_id = k.company_id AND d.reminder_key = k.reminder_key
