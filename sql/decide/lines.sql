-- What is said of each reminded receivable by each channel, and in which message.
-- Grain: one row per reminded receivable and channel (company_id, receivable_id, channel). Units: open_amount positive.
-- place: 1 for the channel that the decision names, then the others of the step.
-- What is reminded shares a message per customer, contact role, channel, currency and family of purposes; the highest
-- step among it names the message (message_ladder, message_rank). A threat so never lists what it does not threaten
-- for. reminder_key holds ids only; a bar inside an id is written %7C, so that two different messages never share a
-- key.
-- verdict_number: the row of decide.verdicts.
-- Materialized: table
WITH said AS (
    SELECT
        v.rowid AS verdict_number,
        v.company_id,
        v.customer_id,
        v.receivable_id,
        v.currency,
        v.open_amount,
        v.segment,
        v.ladder,
        v.step_rank,
        s.step,
        s.family,
        s.needs_approval
        OR (
            v.is_vulnerable
            AND (
                s.tone = 'firm'
                OR s.purpose IN ('suspension_deadline', 'suspension', 'legal_deadline', 'hand_over')
            )
        ) AS needs_approval,
        r.channel,
        r.contact_role,
        r.contact_id,
        r.place
    FROM decide.verdicts AS v
    INNER JOIN decide.routes AS r
        ON
            v.company_id = r.company_id
            AND v.customer_id = r.customer_id
            AND v.ladder = r.ladder
            AND v.step_rank = r.step_rank
    INNER JOIN policy.steps AS s ON v.ladder = s.ladder AND v.step_rank = s.step_rank
    WHERE v.reason = 'step_due' AND r.place IS NOT NULL
),

messages AS (
    SELECT
        company_id,
        customer_id,
        contact_role,
        channel,
        currency,
        family,
        max(struct_pack(step_rank := step_rank, ladder := ladder, segment := segment)) AS highest
    FROM said
    GROUP BY company_id, customer_id, contact_role, channel, currency, family
),

named AS (
    SELECT
        m.*,
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
    INNER JOIN policy.steps AS s ON m.highest.ladder = s.ladder AND m.highest.step_rank = s.step_rank
    CROSS JOIN policy.parameters AS p
    CROSS JOIN run.parameters AS run
)

SELECT
    n.reminder_key,
    d.verdict_number,
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.currency,
    d.open_amount,
    d.step,
    d.channel,
    d.place,
    d.contact_role,
    d.contact_id,
    d.needs_approval,
    n.highest.segment AS message_segment,
    n.highest.ladder AS message_ladder,
    n.highest.step_rank AS message_rank
FROM said AS d
INNER JOIN named AS n
    ON
        d.company_id = n.company_id
        AND d.customer_id = n.customer_id
        AND d.contact_role = n.contact_role
        AND d.channel = n.channel
        AND d.currency = n.currency
        AND d.family = n.family
