-- The receivables that are reminded of, each with the message it goes into. One message goes to a customer's contact
-- role per channel and currency, and the highest step among its receivables names it.
-- Grain: one row per receivable that is reminded of (company_id, receivable_id). Units: open_amount positive.
-- reminder_key holds ids only; a bar inside an id is written %7C, so that two different messages never share a key.
-- Materialized: table
WITH due AS (
    SELECT
        v.company_id,
        v.customer_id,
        v.receivable_id,
        v.currency,
        v.open_amount,
        v.segment,
        v.ladder,
        v.contact_role,
        v.contact_id,
        s.channel,
        s.step,
        s.step_rank,
        s.needs_approval,
        max(v.step_rank) OVER (
            PARTITION BY v.company_id, v.customer_id, v.contact_role, s.channel, v.currency
        ) AS message_rank
    FROM decide.verdicts AS v
    INNER JOIN policy.steps AS s ON v.ladder = s.ladder AND v.step_rank = s.step_rank
    WHERE v.reason = 'step_due'
)

SELECT
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.currency,
    d.open_amount,
    d.segment,
    d.ladder,
    d.contact_role,
    d.contact_id,
    d.channel,
    d.step,
    d.message_rank,
    d.needs_approval,
    concat_ws(
        '|',
        replace(replace(d.company_id, '%', '%25'), '|', '%7C'),
        replace(replace(d.customer_id, '%', '%25'), '|', '%7C'),
        p.strategy_version,
        m.step,
        strftime(run.as_of, '%Y-%m-%d'),
        d.channel,
        d.contact_role,
        d.currency
    ) AS reminder_key
FROM due AS d
INNER JOIN policy.steps AS m ON d.ladder = m.ladder AND d.message_rank = m.step_rank
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
