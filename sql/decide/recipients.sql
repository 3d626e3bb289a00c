-- Whom to write to, call or work on at a customer when a step asks for a contact role: the best contact that has what
-- the channel needs.
-- Grain: one row per customer, asked role and channel with a usable contact, for customers with a candidate and those
-- who may be thanked.
-- An e-mail needs an e-mail address, WhatsApp a mobile and the customer's consent (a confirmation of kind
-- whatsapp_opt_in), a call any phone, a letter or visit a complete postal address (staging.postal_addresses), a letter
-- by fax a fax number as well. What our own people do (sales, executives, legal, agency) needs no address: any contact
-- of the role will do.
-- Of a customer with a lawyer only contacts of the role legal are usable, for every step.
-- A contact whose address must not be used for the channel is none (decide.marked).
-- Best: the role's place in the strategy's fallback, then the contact verified last, then the smallest contact_id.
-- `role` is the contact's own, so that steps which fall back on the same contact share a message.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        a.company_id,
        a.customer_id,
        a.contact_role,
        s.channel
    FROM decide.asked AS a
    INNER JOIN policy.step_channels AS s ON a.ladder = s.ladder AND a.step_rank = s.step_rank
    UNION
    SELECT
        company_id,
        customer_id,
        contact_role,
        channel
    FROM thanks.asked
),

consents AS (
    SELECT DISTINCT
        c.company_id,
        c.customer_id
    FROM ledger.confirmations AS c
    CROSS JOIN run.parameters AS run
    WHERE c.kind = 'whatsapp_opt_in' AND c.confirmed_on <= run.as_of
)

SELECT
    a.company_id,
    a.customer_id,
    a.contact_role,
    a.channel,
    c.contact_id,
    c.role
FROM wanted AS a
INNER JOIN staging.contacts AS c ON a.company_id = c.company_id AND a.customer_id = c.customer_id
LEFT JOIN policy.contact_roles AS p ON a.contact_role = p.contact_role AND c.role = p.role
LEFT JOIN decide.flags AS f ON a.company_id = f.company_id AND a.customer_id = f.customer_id
LEFT JOIN consents AS w ON a.company_id = w.company_id AND a.customer_id = w.customer_id
LEFT JOIN staging.postal_addresses AS l
    ON
        a.channel IN ('letter', 'visit')
        AND c.company_id = l.company_id
        AND c.customer_id = l.customer_id
        AND c.contact_id = l.contact_id
ANTI JOIN decide.marked AS m
    ON
        c.company_id = m.company_id
        AND c.customer_id = m.customer_id
        AND c.contact_id = m.contact_id
        AND a.channel = m.channel
WHERE
    CASE WHEN f.has_lawyer THEN c.role = 'legal' ELSE p.role IS NOT NULL END
    AND CASE a.channel
        WHEN 'email' THEN coalesce(c.email, '') <> ''
        WHEN 'whatsapp' THEN coalesce(c.mobile, '') <> '' AND w.customer_id IS NOT NULL
        WHEN 'call' THEN coalesce(c.phone, '') <> '' OR coalesce(c.mobile, '') <> ''
        WHEN 'letter' THEN coalesce(l.is_deliverable, FALSE)
        WHEN 'visit' THEN l.street_address IS NOT NULL
        ELSE TRUE
    END
QUALIFY
    row_number() OVER (
        PARTITION BY a.company_id, a.customer_id, a.contact_role, a.channel
        ORDER BY p.preference ASC, c.last_verified_on DESC NULLS LAST, c.contact_id ASC
    ) = 1
