-- Contacts that turned out wrong: the newest e-mail did not arrive, or the number was somebody else's.
-- Grain: one row per customer and contact (company_id, customer_id, contact_id); contact_id '' where a call named none.
-- wrong_on: the day it was found out. It ends when somebody verifies the contact later, reaches it, or says that it was
-- put right; and with a contact that the export no longer has.
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
)

SELECT
    n.company_id,
    n.customer_id,
    n.contact_id,
    n.tried_on AS wrong_on
FROM newest AS n
LEFT JOIN staging.contacts AS c
    ON n.company_id = c.company_id AND n.customer_id = c.customer_id AND n.contact_id = c.contact_id
WHERE
    n.is_wrong
    AND (n.contact_id = '' OR c.contact_id IS NOT NULL)
    AND coalesce(c.last_verified_on <= n.tried_on, TRUE)
