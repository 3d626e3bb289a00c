-- What followed each step by each channel: observed and not drawn, so it does not say what the contact changed. Who
-- hears a later step has not paid after the earlier ones, and many who are reminded would have paid anyway.
-- Grain: one row per step, channel and currency (step, channel, currency), for what the ledger says was said.
-- Units: amounts positive, in currency; shares 0 to 1. Columns: their data contract, mart_contact_outcomes.
-- followed_…: receivables of which 14 days since the step was last said are known.
-- Materialized: view
WITH said AS (
    SELECT
        l.step,
        l.channel,
        l.currency,
        arg_max(l.purpose, l.as_of) AS purpose,
        arg_max(l.tone, l.as_of) AS tone,
        count(*) AS contacts,
        count(DISTINCT l.customer_id) AS customers,
        CASE WHEN count(*) = count(c.cost) THEN sum(c.cost) END::DECIMAL(18, 2) AS contact_cost
    FROM ledger.reminders AS l
    LEFT JOIN policy.contact_costs AS c ON l.channel = c.channel AND l.currency = c.currency
    WHERE l.status IN ('claimed', 'accepted', 'delivered', 'bounced', 'unknown')
    GROUP BY l.step, l.channel, l.currency
),

last_said AS (
    SELECT
        company_id,
        receivable_id,
        step,
        channel,
        max(sent_on) AS last_sent_on
    FROM ledger.sent_steps
    GROUP BY company_id, receivable_id, step, channel
),

followed AS (
    SELECT
        t.step,
        t.channel,
        s.currency,
        count(*) AS followed_receivables,
        sum(s.amount)::DECIMAL(18, 2) AS followed_amount,
        count(*) FILTER (WHERE s.settled_on BETWEEN t.last_sent_on AND t.last_sent_on + 7) AS paid_7,
        count(*) FILTER (WHERE s.settled_on BETWEEN t.last_sent_on AND t.last_sent_on + 14) AS paid_14
    FROM last_said AS t
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.settlements AS s ON t.company_id = s.company_id AND t.receivable_id = s.receivable_id
    WHERE t.last_sent_on + 14 <= run.as_of
    GROUP BY t.step, t.channel, s.currency
)

SELECT
    run.run_id,
    run.company_id,
    s.step,
    s.channel,
    s.currency,
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
LEFT JOIN followed AS f ON s.step = f.step AND s.channel = f.channel AND s.currency = f.currency
