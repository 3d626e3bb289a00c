-- What somebody has to ask customers with something open for, so that they can be reached: requirements 002-02, 002-03.
-- Grain: company, customer, task, contact (NULL: of the customer), field (NULL: none in particular).
-- Every customer needs an e-mail address, a telephone or mobile, and a contact for reminders; what is written must be
-- possible; a contact that nobody verified for verify_every_days (checked.settings) is verified again, unless it is on
-- the list already: whoever asks for one thing asks for all.
-- Materialized: table
WITH reach AS (
    SELECT
        d.company_id,
        d.customer_id,
        count(k.contact_id) AS contacts,
        coalesce(bool_or(k.email IS NOT NULL), FALSE) AS has_email,
        coalesce(bool_or(k.phone IS NOT NULL OR k.mobile IS NOT NULL), FALSE) AS has_phone,
        coalesce(bool_or(k.role = 'reminder'), FALSE) AS has_reminder_role,
        max(k.last_verified_on) AS last_verified_on
    FROM parties.debtors AS d
    LEFT JOIN parties.contacts AS k ON d.company_id = k.company_id AND d.customer_id = k.customer_id
    GROUP BY d.company_id, d.customer_id
),

missing AS (
    SELECT
        company_id,
        customer_id,
        last_verified_on,
        unnest(
            CASE
                WHEN contacts = 0
                    THEN [struct_pack(task := 'add_contact', field := NULL::VARCHAR, reason := 'no_contact')]
                ELSE
                    list_filter(
                        [
                            CASE
                                WHEN NOT has_email
                                    THEN struct_pack(task := 'add_email', field := 'email', reason := 'no_email')
                            END,
                            CASE
                                WHEN NOT has_phone
                                    THEN struct_pack(task := 'add_phone', field := 'phone', reason := 'no_phone')
                            END,
                            CASE
                                WHEN NOT has_reminder_role
                                    THEN
                                        struct_pack(
                                            task := 'add_reminder_role', field := NULL, reason := 'no_reminder_contact'
                                        )
                            END
                        ],
                        LAMBDA entry: entry IS NOT NULL
                    )
            END
        ) AS entry
    FROM reach
),

of_contacts AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        role,
        last_verified_on,
        unnest(
            list_filter(
                [
                    struct_pack(task := 'correct_email', field := 'email', reason := email_problem),
                    struct_pack(task := 'correct_phone', field := 'phone', reason := phone_problem),
                    struct_pack(task := 'correct_phone', field := 'mobile', reason := mobile_problem),
                    struct_pack(task := 'correct_fax', field := 'fax', reason := fax_problem)
                ],
                LAMBDA entry: struct_extract(entry, 'reason') IS NOT NULL
            )
        ) AS entry
    FROM parties.contacts
),

of_customers AS (
    SELECT
        d.company_id,
        d.customer_id,
        'correct_tax_id' AS task,
        'tax_id' AS field,
        t.problem AS reason
    FROM parties.debtors AS d
    INNER JOIN checked.tax_ids AS t ON d.tax_country = t.country AND d.tax_id = t.written
    WHERE t.is_valid = FALSE
    UNION ALL
    SELECT
        d.company_id,
        d.customer_id,
        'correct_iban' AS task,
        'iban' AS field,
        i.problem AS reason
    FROM parties.debtors AS d
    INNER JOIN checked.ibans AS i ON d.iban = i.written
    WHERE i.is_valid = FALSE
),

not_verified AS (
    SELECT
        k.company_id,
        k.customer_id,
        k.contact_id,
        k.role,
        k.last_verified_on
    FROM parties.contacts AS k
    CROSS JOIN checked.settings AS s
    CROSS JOIN run.parameters AS run
    ANTI JOIN of_contacts AS c
        ON k.company_id = c.company_id AND k.customer_id = c.customer_id AND k.contact_id = c.contact_id
    WHERE coalesce(date_diff('day', k.last_verified_on, run.as_of) > s.verify_every_days, TRUE)
)

SELECT
    company_id,
    customer_id,
    NULL AS contact_id,
    NULL AS contact_role,
    struct_extract(entry, 'task') AS task,
    struct_extract(entry, 'field') AS field,
    struct_extract(entry, 'reason') AS reason,
    last_verified_on
FROM missing
UNION ALL
SELECT
    company_id,
    customer_id,
    contact_id,
    role AS contact_role,
    struct_extract(entry, 'task') AS task,
    struct_extract(entry, 'field') AS field,
    struct_extract(entry, 'reason') AS reason,
    last_verified_on
FROM of_contacts
UNION ALL
SELECT
    company_id,
    customer_id,
    NULL AS contact_id,
    NULL AS contact_role,
    task,
    field,
    reason,
    NULL AS last_verified_on
FROM of_customers
UNION ALL
SELECT
    company_id,
    customer_id,
    contact_id,
    role AS contact_role,
    'verify_again' AS task,
    NULL AS field,
    if(last_verified_on IS NULL, 'never_verified', 'verified_long_ago') AS reason,
    last_verified_on
FROM not_verified
