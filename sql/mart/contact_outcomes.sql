-- What followed each step by each channel and in each wording: observed and not drawn, so it does not say what the
-- contact changed. Who hears a later step has not paid after the earlier ones, and many who are reminded would have
-- paid anyway.
-- Grain: one row per step, channel, currency and variant (step, channel, currency, variant), for what the ledger says
-- was said. variant: the wording of an experiment, (usual) without.
-- Units: amounts positive, in currency; shares 0 to 1. Columns: their data contract, mart_contact_outcomes.
-- followed_…: receivables of which 14 days since the step was last said, in the wording of that time, are known.
-- Materialized: view
WITH told AS (
    SELECT
        company_id,
        customer_id,
        step,
        channel,
        currency,
        coalesce(variant, '(usual)') AS variant,
        purpose,
        tone,
        as_of
    FROM ledger.reminders
    WHERE status IN ('claimed', 'accepted', 'delivered', 'bounced', 'unknown')
),

said AS (
    SELECT
        l.step,
        l.channel,
        l.currency,
        l.variant,
        arg_max(l.purpose, l.as_of) AS purpose,
        arg_max(l.tone, l.as_of) AS tone,
        count(*) AS contacts,
        count(DISTINCT l.customer_id) AS customers,
        CASE WHEN count(*) = count(c.cost) THEN sum(c.cost) END::DECIMAL(18, 2) AS contact_cost
    FROM told AS l
    LEFT JOIN policy.contact_costs AS c ON l.channel = c.channel AND l.currency = c.currency
    GROUP BY l.step, l.channel, l.currency, l.variant
),

-- A customer reads one wording a day, whatever the number of messages.
wordings AS (
    SELECT
        company_id,
        customer_id,
        channel,
        as_of,
        min(variant) FILTER (WHERE variant <> '(usual)') AS variant
    FROM told
    GROUP BY company_id, customer_id, channel, as_of
),

last_said AS (
    SELECT
        s.company_id,
        s.receivable_id,
        s.step,
        s.channel,
        max(s.sent_on) AS last_sent_on,
        arg_max(coalesce(w.variant, '(usual)'), s.sent_on) AS variant
    FROM ledger.sent_steps AS s
    LEFT JOIN wordings AS w
        ON
            s.company_id = w.company_id
            AND s.customer_id = w.customer_id
            AND s.channel = w.channel
            AND s.sent_on = w.as_of
    GROUP BY s.company_id, s.receivable_id, s.step, s.channel
),

followed AS (
    SELECT
        t.step,
        t.channel,
        s.currency,
        t.variant,
        count(*) AS followed_receivables,
        sum(s.amount)::DECIMAL(18, 2) AS followed_amount,
        count(*) FILTER (WHERE s.settled_on BETWEEN t.last_sent_on AND t.last_sent_on + 7) AS paid_7,
        count(*) FILTER (WHERE s.settled_on BETWEEN t.last_sent_on AND t.last_sent_on + 14) AS paid_14
    FROM last_said AS t
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.settlements AS s ON t.company_id = s.company_id AND t.receivable_id = s.receivable_id
    WHERE t.last_sent_on + 14 <= run.as_of
    GROUP BY t.step, t.channel, s.currency, t.variant
)

SELECT
    run.run_id,
    run.company_id,
    s.step,
    s.channel,
    s.currency,
    s.variant,
    s.purpose,
    s.tone,
    s.contacts,
    s.customers,
    s.contact_cost,
    coalesce(f.followed_receivables, 0) AS followed_receivables,
    coalesce(f.followed_amount, 0)::DECIMAL(18, 2) AS followed_amount,
    f.paid_7 / f.followed_receivables AS paid_7_share,
    f.paid_14 / f.followed_receivables AS paid_14_share
FROM said AS s
CROSS JOIN run.parameters AS run
LEFT JOIN followed AS f
    ON s.step = f.step AND s.channel = f.channel AND s.currency = f.currency AND s.variant = f.variant
