-- The messages of the run in ids and sums: what is reminded shares one per customer, contact role, channel, currency
-- and family of purposes; the highest step among it names it. A threat so never lists what it does not threaten for.
-- Grain: one row per message (reminder_key; also customer_number, contact_role, channel, currency, family).
-- Units: total_amount positive, in currency: the sum of its items. segment, ladder, step_rank: of the highest step.
-- reminder_key holds ids only; a bar inside an id is written %7C, so that two different messages never share a key.
-- Materialized: table
WITH summed AS (
    SELECT
        customer_number,
        contact_role,
        channel,
        currency,
        family,
        any_value(contact_id) AS contact_id,
        max(height) AS height,
        count(*) AS item_count,
        sum(open_amount)::DECIMAL(18, 2) AS total_amount,
        bool_or(needs_approval) AS needs_approval
    FROM decide.sayings
    GROUP BY customer_number, contact_role, channel, currency, family
)

SELECT
    m.customer_number,
    c.company_id,
    c.customer_id,
    m.contact_role,
    m.contact_id,
    m.channel,
    m.currency,
    m.family,
    h.segment,
    h.ladder,
    h.step_rank,
    m.item_count,
    m.total_amount,
    m.needs_approval,
    concat_ws(
        '|',
        replace(replace(c.company_id, '%', '%25'), '|', '%7C'),
        replace(replace(c.customer_id, '%', '%25'), '|', '%7C'),
        p.strategy_version,
        h.step,
        strftime(run.as_of, '%Y-%m-%d'),
        m.channel,
        m.contact_role,
        m.currency
    ) AS reminder_key
FROM summed AS m
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
INNER JOIN segment.customers AS c ON m.customer_number = c.rowid
INNER JOIN decide.heights AS h ON m.height = h.height
