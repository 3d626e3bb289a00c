-- The decision about each open receivable as it is kept; its columns are those of decide.decisions.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in currency.
-- step … tone: the step that is due or, where none is, the next one, whatever the reason. channel: the first by which
-- it is said, or would be. contact_id and contact_role: the recipient's, only when reminded. reminder_key: of the
-- message by the first channel; a step over several has further messages in decide.lines. next_action_on: the first
-- day on which this may change by itself, never a quiet day; NULL where it waits for a fact and not for a day.
-- item_number: the row of decide.items. Words of closed lists are those of policy.words, a number each: as text they
-- took most of the time of writing ten million decisions. decide.decisions, which others read, spells them.
-- Materialized: table
WITH reasons AS (
    SELECT
        r.reason,
        d.name AS decision,
        w.name AS reason_name
    FROM policy.reasons AS r
    INNER JOIN policy.words AS d ON r.decision = d.word
    INNER JOIN policy.words AS w ON r.reason = w.word
),

steps AS (
    SELECT
        s.step_rank,
        s.needs_approval,
        s.tone = 'firm'
        OR s.purpose IN ('suspension_deadline', 'suspension', 'legal_deadline', 'hand_over') AS is_hard,
        l.name AS ladder,
        n.name AS step,
        p.name AS purpose,
        t.name AS tone,
        c.name AS channel
    FROM policy.steps AS s
    INNER JOIN policy.words AS l ON s.ladder = l.word
    INNER JOIN policy.words AS n ON s.step = n.word
    INNER JOIN policy.words AS p ON s.purpose = p.word
    INNER JOIN policy.words AS t ON s.tone = t.word
    INNER JOIN policy.words AS c ON s.channel = c.word
),

quiet AS (
    SELECT
        w.name AS country,
        q.day,
        q.next_open_on
    FROM policy.quiet_days AS q
    INNER JOIN policy.words AS w ON q.country = w.word
),

reached AS (
    SELECT
        t.asked_number,
        t.contact_id,
        r.name AS contact_role,
        c.name AS channel
    FROM decide.reach AS t
    LEFT JOIN policy.words AS r ON t.contact_role = r.word
    LEFT JOIN policy.words AS c ON t.channel = c.word
),

named AS (
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
    r.reason_name AS reason,
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
        OR (v.is_vulnerable AND s.is_hard),
        FALSE
    ) AS needs_approval,
    n.message_rank,
    n.reminder_key
FROM decide.items AS i
INNER JOIN decide.verdicts AS v ON i.rowid = v.item_number
LEFT JOIN reasons AS r ON v.reason = r.reason
LEFT JOIN steps AS s ON i.ladder = s.ladder AND v.step_rank = s.step_rank
LEFT JOIN quiet AS q ON i.country = q.country AND v.earliest_on = q.day
LEFT JOIN reached AS t ON v.asked_number = t.asked_number
LEFT JOIN named AS n ON i.rowid = n.item_number
