-- Contacts that turned out wrong: the newest e-mail did not arrive, the number was not his, or the debtor said so.
-- Grain: one row per customer and contact (company_id, customer_id, contact_id); contact_id '' where a call named none.
-- wrong_on: the day it was found out. It ends when somebody verifies the contact later, reaches it, or says that it was
-- put right; and with a contact that the export no longer has. What the debtor himself said is not refuted by a message
-- that was delivered: it stands until somebody verifies the contact later or says that it was put right.
-- Materialized: table
WITH tried AS (
    SELECT
        company_id,
        customer_id,
        coalesce(contact_id, '') AS contact_id,
        as_of AS tried_on,
        status IN ('bounced', 'dropped', 'rejected') AS is_wrong
    FROM ledger.reminders
    WHERE channel = 'email' AND status IN ('accepted', 'delivered', 'bounced', 'dropped', 'rejected')
    UNION ALL
    SELECT
        company_id,
        customer_id,
        coalesce(contact_id, '') AS contact_id,
        contacted_on AS tried_on,
        result = 'wrong_number' AS is_wrong
    FROM ledger.contact_results
    WHERE is_contact OR result = 'wrong_number'
    UNION ALL
    SELECT
        company_id,
        customer_id,
        coalesce(contact_id, '') AS contact_id,
        noted_on AS tried_on,
        FALSE AS is_wrong
    FROM ledger.duty_entries
    WHERE is_met AND duty = 'wrong_contact'
),

newest AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        tried_on,
        is_wrong
    FROM tried
    QUALIFY
        row_number() OVER (PARTITION BY company_id, customer_id, contact_id ORDER BY tried_on DESC, is_wrong ASC) = 1
),

told AS (
    SELECT
        company_id,
        customer_id,
        coalesce(contact_id, '') AS contact_id,
        noted_on AS tried_on,
        NOT is_met AS is_wrong
    FROM ledger.duty_entries
    WHERE duty = 'wrong_contact'
    QUALIFY
        row_number() OVER (PARTITION BY company_id, customer_id, contact_id ORDER BY tried_on DESC, is_wrong ASC) = 1
),

found AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        tried_on
    FROM newest
    WHERE is_wrong
    UNION ALL
    SELECT
        company_id,
        customer_id,
        contact_id,
        tried_on
    FROM told
    WHERE is_wrong
)

SELECT
    f.company_id,
    f.customer_id,
    f.contact_id,
    min(f.tried_on) AS wrong_on
FROM found AS f
LEFT JOIN staging.contacts AS c
    ON f.company_id = c.company_id AND f.customer_id = c.customer_id AND f.contact_id = c.contact_id
WHERE
    (f.contact_id = '' OR c.contact_id IS NOT NULL)
    AND coalesce(c.last_verified_on <= f.tried_on, TRUE)
GROUP BY f.company_id, f.customer_id, f.contact_id
