-- The decision about each open receivable: remind, wait or silent, with the one reason that decided it.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in currency.
-- step … tone: the step that is due or, where none is, the next one, whatever the reason. channel: the first by which
-- it is said, or would be. contact_id and contact_role: the recipient's, only when reminded. reminder_key: of the
-- message by the first channel; a step over several has further messages in decide.lines. next_action_on: the first
-- day on which this may change by itself, never a quiet day; NULL where it waits for a fact and not for a day.
-- item_number: the row of decide.items.
-- decide.conclusions holds it, with words as numbers.
-- Materialized: view
SELECT
    item_number,
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount,
    segment::VARCHAR AS segment,
    ladder::VARCHAR AS ladder,
    decision::VARCHAR AS decision,
    reason::VARCHAR AS reason,
    next_action_on,
    step::VARCHAR AS step,
    step_rank,
    purpose::VARCHAR AS purpose,
    tone::VARCHAR AS tone,
    channel::VARCHAR AS channel,
    contact_role::VARCHAR AS contact_role,
    contact_id,
    needs_approval,
    message_rank,
    reminder_key
FROM decide.conclusions
