-- The decision about each open receivable: remind, wait or silent, with the one reason that decided it.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in currency.
-- step … tone: the step that is due or, where none is, the next one, whatever the reason. channel: the first by which
-- it is said, or would be. contact_id and contact_role: the recipient's, only when reminded. reminder_key: of the
-- message by the first channel; a step over several has further messages in decide.lines. next_action_on: the first
-- day on which this may change by itself, never a quiet day; NULL where it waits for a fact and not for a day.
-- item_number: the row of decide.items.
-- Materialized: table
WITH named AS (
    SELECT
        s.item_number,
        m.step_rank AS message_rank,
        m.reminder_key
    FROM decide.sayings AS s
    INNER JOIN decide.messages AS m
        ON
            s.customer_number = m.customer_number
            AND s.contact_role = m.contact_role
            AND s.channel = m.channel
            AND s.currency = m.currency
            AND s.family = m.family
    WHERE s.place = 1
)

SELECT
    v.item_number,
    i.company_id,
    i.customer_id,
    i.receivable_id,
    i.currency,
    i.open_amount,
    i.segment,
    i.ladder,
    r.decision,
    v.reason,
    coalesce(q.next_open_on, v.earliest_on) AS next_action_on,
    s.step,
    s.step_rank,
    s.purpose,
    s.tone,
    coalesce(t.channel, s.channel) AS channel,
    CASE WHEN v.reason = 'step_due' THEN t.contact_role END AS contact_role,
    CASE WHEN v.reason = 'step_due' THEN t.contact_id END AS contact_id,
    coalesce(
        s.needs_approval
        OR (
            v.is_vulnerable
            AND (s.tone = 'firm' OR s.purpose IN ('suspension_deadline', 'suspension', 'legal_deadline', 'hand_over'))
        ),
        FALSE
    ) AS needs_approval,
    n.message_rank,
    n.reminder_key
FROM decide.items AS i
INNER JOIN decide.verdicts AS v ON i.rowid = v.item_number
LEFT JOIN policy.reasons AS r ON v.reason = r.reason
LEFT JOIN policy.steps AS s ON i.ladder = s.ladder AND v.step_rank = s.step_rank
LEFT JOIN policy.quiet_days AS q ON i.country = q.country AND v.earliest_on = q.day
LEFT JOIN decide.reach AS t ON v.asked_number = t.asked_number
LEFT JOIN named AS n ON i.rowid = n.item_number
