-- Contacts that must not be written to by a channel, because their address came back, complained, wants no more, or is
-- on a list of such addresses (docs/events.md). A mark stands against the address, whoever has it, so that another
-- address of the contact ends it.
-- Grain: one row per contact and channel (company_id, customer_id, contact_id, channel). is_dead: nothing arrives
-- there, so that somebody must ask for another; else its owner wants nothing.
-- Addresses are compared as tasks/ledger/contact_marks.py writes them: e-mail in small letters without blanks, of a
-- number the last nine digits; the address of an erased person as its hash. Personal data: compares addresses, gives
-- none.
-- Materialized: table
WITH addresses AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        'email' AS channel,
        lower(regexp_replace(email, '\s', '', 'g')) AS address
    FROM staging.contacts
    WHERE email <> ''
    UNION ALL
    SELECT
        company_id,
        customer_id,
        contact_id,
        'whatsapp' AS channel,
        right(regexp_replace(mobile, '[^0-9]', '', 'g'), 9) AS address
    FROM staging.contacts
    WHERE mobile <> ''
),

erased AS (
    SELECT
        company_id,
        channel,
        kind,
        from_on,
        substr(address, 8) AS hash
    FROM ledger.contact_marks
    WHERE starts_with(address, 'sha256:')
),

found AS (
    SELECT
        a.company_id,
        a.customer_id,
        a.contact_id,
        a.channel,
        m.kind,
        m.from_on
    FROM addresses AS a
    INNER JOIN ledger.contact_marks AS m
        ON a.company_id = m.company_id AND a.channel = m.channel AND a.address = m.address
    UNION ALL
    SELECT
        a.company_id,
        a.customer_id,
        a.contact_id,
        a.channel,
        m.kind,
        m.from_on
    FROM addresses AS a
    INNER JOIN erased AS m
        ON a.company_id = m.company_id AND a.channel = m.channel AND sha256(a.address) = m.hash
)

SELECT
    f.company_id,
    f.customer_id,
    f.contact_id,
    f.channel,
    bool_or(f.kind IN ('bounced', 'suppressed')) AS is_dead
FROM found AS f
CROSS JOIN run.parameters AS run
WHERE f.from_on <= run.as_of
GROUP BY f.company_id, f.customer_id, f.contact_id, f.channel
