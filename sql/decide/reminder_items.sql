-- The receivables of each message. One message goes to a customer's contact role per channel and currency, and the
-- highest step among its receivables names it.
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
        v.contact_role,
        s.channel,
        s.step,
        first_value(s.step) OVER (
            PARTITION BY v.company_id, v.customer_id, v.contact_role, s.channel, v.currency
            ORDER BY v.step_rank DESC
        ) AS message_step
    FROM decide.verdicts AS v
    INNER JOIN policy.steps AS s ON v.ladder = s.ladder AND v.step_rank = s.step_rank
    WHERE v.reason = 'step_due'
)

SELECT
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.step,
    d.open_amount,
    concat_ws(
        '|',
        replace(replace(d.company_id, '%', '%25'), '|', '%7C'),
        replace(replace(d.customer_id, '%', '%25'), '|', '%7C'),
        p.strategy_version,
        d.message_step,
        strftime(run.as_of, '%Y-%m-%d'),
        d.channel,
        d.contact_role,
        d.currency
    ) AS reminder_key
FROM due AS d
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
