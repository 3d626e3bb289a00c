-- Everything that the run wants said or done: the reminders and work of its decisions, and its thanks for payments.
-- What the ledger plans, and what is fanned out.
-- Grain: one row per message (reminder_key). Units: total_amount positive, in currency: the sum of what its items
-- state.
-- Personal data: recipient_name, recipient_address.
-- Materialized: view
SELECT
    reminder_key,
    company_id,
    customer_id,
    contact_id,
    contact_role,
    recipient_name,
    recipient_address,
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
    variant,
    batch_number
FROM decide.reminders
UNION ALL
SELECT
    reminder_key,
    company_id,
    customer_id,
    contact_id,
    contact_role,
    recipient_name,
    recipient_address,
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
    variant,
    batch_number
FROM thanks.messages
