-- Whom to write to at a customer when a step asks for a contact role: the best contact that has an address for the
-- channel.
-- Grain: one row per customer, asked role and channel with a usable contact, for customers with a candidate.
-- Best: the role's place in the strategy's fallback, then the contact verified last, then the smallest contact_id.
-- `role` is the contact's own, so that steps which fall back on the same contact share a message.
-- Materialized: table
WITH asked AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        contact_role,
        channel
    FROM decide.candidates
)

SELECT
    a.company_id,
    a.customer_id,
    a.contact_role,
    a.channel,
    c.contact_id,
    c.role
FROM asked AS a
INNER JOIN policy.contact_roles AS p ON a.contact_role = p.contact_role
INNER JOIN staging.contacts AS c
    ON a.company_id = c.company_id AND a.customer_id = c.customer_id AND p.role = c.role
WHERE a.channel = 'email' AND coalesce(c.email, '') <> ''
QUALIFY
    row_number() OVER (
        PARTITION BY a.company_id, a.customer_id, a.contact_role, a.channel
        ORDER BY p.preference ASC, c.last_verified_on DESC NULLS LAST, c.contact_id ASC
    ) = 1
