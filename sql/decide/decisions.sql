-- The decision about each open receivable: remind, wait or silent, with the one reason that decided it.
-- Grain: one row per open receivable (company_id, receivable_id). Units: open_amount positive, in currency.
-- step … tone: the step that is due or, where none is, the next one, whatever the reason. contact_id and
-- contact_role: the recipient's, only when reminded. next_action_on: the first day on which this may change by itself,
-- never a quiet day; NULL where it waits for a fact and not for a day.
-- What is reminded shares a message per customer, contact role, channel and currency; the highest step among it
-- (message_rank) names the message. reminder_key holds ids only; a bar inside an id is written %7C, so that two
-- different messages never share a key.
-- Materialized: table
WITH stepped AS (
    SELECT
        v.company_id,
        v.customer_id,
        v.receivable_id,
        v.currency,
        v.open_amount,
        v.segment,
        v.ladder,
        v.reason,
        CASE WHEN v.reason = 'step_due' THEN v.contact_role END AS contact_role,
        CASE WHEN v.reason = 'step_due' THEN v.contact_id END AS contact_id,
        s.step,
        s.step_rank,
        s.purpose,
        s.tone,
        s.channel,
        coalesce(s.needs_approval, FALSE) AS needs_approval,
        coalesce(q.next_open_on, v.earliest_on) AS next_action_on
    FROM decide.verdicts AS v
    LEFT JOIN policy.steps AS s ON v.ladder = s.ladder AND v.step_rank = s.step_rank
    LEFT JOIN policy.quiet_days AS q ON v.country = q.country AND v.earliest_on = q.day
),

messages AS (
    SELECT
        company_id,
        customer_id,
        contact_role,
        channel,
        currency,
        ladder,
        max(step_rank) AS message_rank
    FROM stepped
    WHERE reason = 'step_due'
    GROUP BY company_id, customer_id, contact_role, channel, currency, ladder
),

named AS (
    SELECT
        m.company_id,
        m.customer_id,
        m.contact_role,
        m.channel,
        m.currency,
        m.message_rank,
        concat_ws(
            '|',
            replace(replace(m.company_id, '%', '%25'), '|', '%7C'),
            replace(replace(m.customer_id, '%', '%25'), '|', '%7C'),
            p.strategy_version,
            s.step,
            strftime(run.as_of, '%Y-%m-%d'),
            m.channel,
            m.contact_role,
            m.currency
        ) AS reminder_key
    FROM messages AS m
    INNER JOIN policy.steps AS s ON m.ladder = s.ladder AND m.message_rank = s.step_rank
    CROSS JOIN policy.parameters AS p
    CROSS JOIN run.parameters AS run
)

SELECT
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.currency,
    d.open_amount,
    d.segment,
    d.ladder,
    r.decision,
    d.reason,
    d.next_action_on,
    d.step,
    d.step_rank,
    d.purpose,
    d.tone,
    d.channel,
    d.contact_role,
    d.contact_id,
    d.needs_approval,
    n.message_rank,
    n.reminder_key
FROM stepped AS d
LEFT JOIN policy.reasons AS r ON d.reason = r.reason
LEFT JOIN named AS n
    ON
        d.company_id = n.company_id
        AND d.customer_id = n.customer_id
        AND d.contact_role = n.contact_role
        AND d.channel = n.channel
        AND d.currency = n.currency
