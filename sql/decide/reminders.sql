-- The messages of the run, and what people are asked to do by the work channels: one per customer, contact role,
-- channel, currency and family of purposes; the highest step sets purpose and tone. What people do may have no contact.
-- Grain: one row per message (reminder_key). Units: total_amount positive, in currency: the sum of its items.
-- A message waits for approval when any of its steps does. batch_number counts from 1 within segment and channel.
-- deadline_days: what the message gives to pay or answer; next_days: until what it announces can follow, NULL where it
-- announces nothing; later_purposes: what else the ladder may still come to.
-- recipient_address: by channel the mobile as written, the postal address in lines (staging.postal_addresses; of a
-- letter by fax with the number below), else the e-mail address. Personal data: recipient_name, recipient_address.
-- language: the contact's, else the customer's, else the company's. variant: the wording in which an experiment lets
-- the message be said; NULL: the usual one, and for what people do.
-- Materialized: table
SELECT
    m.reminder_key,
    m.company_id,
    m.customer_id,
    m.contact_id,
    m.contact_role,
    t.name AS recipient_name,
    CASE m.channel
        WHEN 'whatsapp' THEN t.mobile
        WHEN 'letter' THEN l.postal_address
        WHEN 'visit' THEN l.street_address
        ELSE t.email
    END AS recipient_address,
    m.channel,
    m.currency,
    s.step,
    s.step_rank,
    s.purpose,
    s.tone,
    coalesce(t.language, c.language, run.company_language) AS language,
    m.segment,
    p.strategy_version,
    m.item_count,
    m.total_amount,
    m.needs_approval,
    s.deadline_days,
    s.next_days,
    s.later_purposes,
    CASE WHEN NOT k.is_work THEN x.wording END AS variant,
    (
        (
            row_number() OVER (
                PARTITION BY m.segment, m.channel
                ORDER BY m.customer_id, m.currency, m.contact_role, m.company_id, m.reminder_key
            ) - 1
        ) // p.batch_size + 1
    )::INTEGER AS batch_number
FROM decide.messages AS m
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
INNER JOIN policy.steps AS s ON m.ladder = s.ladder AND m.step_rank = s.step_rank
INNER JOIN policy.channels AS k ON m.channel = k.channel
LEFT JOIN experiment.treatments AS x ON m.company_id = x.company_id AND m.customer_id = x.customer_id
LEFT JOIN staging.contacts AS t
    ON m.company_id = t.company_id AND m.customer_id = t.customer_id AND m.contact_id = t.contact_id
LEFT JOIN staging.postal_addresses AS l
    ON
        m.channel IN ('letter', 'visit')
        AND m.company_id = l.company_id
        AND m.customer_id = l.customer_id
        AND m.contact_id = l.contact_id
LEFT JOIN staging.customers AS c ON m.company_id = c.company_id AND m.customer_id = c.customer_id
