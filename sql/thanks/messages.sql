-- The messages of the run that thank for payments: one per customer and currency.
-- Grain: one row per message (reminder_key). Units: total_amount positive, in currency: what was paid of its items.
-- Columns as in decide.reminders; batch_number goes on after the reminders of the same segment and channel, so that
-- no batch mixes the two. Personal data: recipient_name, recipient_address.
-- Materialized: table
WITH summed AS (
    SELECT
        company_id,
        customer_id,
        currency,
        segment,
        channel,
        contact_role,
        contact_id,
        count(*) AS item_count,
        sum(paid_amount)::DECIMAL(18, 2) AS total_amount
    FROM thanks.lines
    GROUP BY company_id, customer_id, currency, segment, channel, contact_role, contact_id
),

batches AS (
    SELECT
        segment,
        channel,
        max(batch_number) AS batch_number
    FROM decide.reminders
    GROUP BY segment, channel
)

SELECT
    concat_ws(
        '|',
        replace(replace(s.company_id, '%', '%25'), '|', '%7C'),
        replace(replace(s.customer_id, '%', '%25'), '|', '%7C'),
        p.strategy_version,
        'thank_you',
        strftime(run.as_of, '%Y-%m-%d'),
        s.channel,
        s.contact_role,
        s.currency
    ) AS reminder_key,
    s.company_id,
    s.customer_id,
    s.contact_id,
    s.contact_role,
    t.name AS recipient_name,
    CASE s.channel
        WHEN 'whatsapp' THEN t.mobile
        WHEN 'letter' THEN l.postal_address
        ELSE t.email
    END AS recipient_address,
    s.channel,
    s.currency,
    'thank_you' AS step,
    0 AS step_rank,
    'thank_you' AS purpose,
    'courteous' AS tone,
    coalesce(t.language, c.language, run.company_language) AS language,
    s.segment,
    p.strategy_version,
    s.item_count,
    s.total_amount,
    FALSE AS needs_approval,
    NULL::VARCHAR AS variant,
    (
        (
            row_number() OVER (
                PARTITION BY s.segment, s.channel ORDER BY s.customer_id, s.currency, s.company_id
            ) - 1
        ) // p.batch_size + 1 + coalesce(b.batch_number, 0)
    )::INTEGER AS batch_number
FROM summed AS s
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
LEFT JOIN batches AS b ON s.segment = b.segment AND s.channel = b.channel
LEFT JOIN staging.contacts AS t
    ON s.company_id = t.company_id AND s.customer_id = t.customer_id AND s.contact_id = t.contact_id
LEFT JOIN staging.postal_addresses AS l
    ON
        s.channel = 'letter'
        AND s.company_id = l.company_id
        AND s.customer_id = l.customer_id
        AND s.contact_id = l.contact_id
LEFT JOIN staging.customers AS c ON s.company_id = c.company_id AND s.customer_id = c.customer_id
