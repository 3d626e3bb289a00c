-- The contacts of customers with something open, and what of them works.
-- Grain: company, customer, contact. Personal data: name, email, phone, mobile, fax; as written, and never logged.
-- phone_e164, mobile_e164: the international number where what is written is one, else NULL with phone_problem,
-- mobile_problem. fax_problem: the same of the fax number, where letters leave by fax. email_problem: 'own_address'
-- (the company's own, typed in to fill the field) or 'bounced' (the newest message to the contact did not arrive, and
-- nobody has verified the contact since; or the address is marked as dead).
-- channels: what can be used today, of email, phone, mobile.
-- Materialized: table
WITH newest AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        as_of,
        status
    FROM ledger.reminders
    WHERE channel = 'email' AND status IN ('accepted', 'delivered', 'bounced', 'dropped', 'rejected')
    QUALIFY
        row_number() OVER (PARTITION BY company_id, customer_id, contact_id ORDER BY as_of DESC, reminder_key DESC) = 1
),

judged AS (
    SELECT
        k.company_id,
        k.customer_id,
        k.contact_id,
        k.role,
        k.name,
        k.email,
        k.phone,
        k.mobile,
        k.fax,
        k.last_verified_on,
        p.e164 AS phone_e164,
        m.e164 AS mobile_e164,
        CASE WHEN k.phone IS NOT NULL THEN p.problem END AS phone_problem,
        CASE WHEN k.mobile IS NOT NULL THEN m.problem END AS mobile_problem,
        CASE WHEN k.fax IS NOT NULL AND run.letter_service = 'fax' THEN x.problem END AS fax_problem,
        CASE
            WHEN list_contains(s.own_domains, lower(split_part(k.email, '@', 2))) THEN 'own_address'
            WHEN
                k.email IS NOT NULL
                AND n.status IN ('bounced', 'dropped', 'rejected')
                AND coalesce(k.last_verified_on <= n.as_of, TRUE)
                THEN 'bounced'
            WHEN u.is_dead THEN 'bounced'
        END AS email_problem
    FROM staging.contacts AS k
    INNER JOIN parties.debtors AS d ON k.company_id = d.company_id AND k.customer_id = d.customer_id
    LEFT JOIN checked.phones AS p ON d.phone_country = p.country AND k.phone = p.written
    LEFT JOIN checked.phones AS m ON d.phone_country = m.country AND k.mobile = m.written
    LEFT JOIN checked.phones AS x ON d.phone_country = x.country AND k.fax = x.written
    LEFT JOIN newest AS n
        ON k.company_id = n.company_id AND k.customer_id = n.customer_id AND k.contact_id = n.contact_id
    LEFT JOIN decide.marked AS u
        ON
            k.company_id = u.company_id
            AND k.customer_id = u.customer_id
            AND k.contact_id = u.contact_id
            AND u.channel = 'email'
    CROSS JOIN checked.settings AS s
    CROSS JOIN run.parameters AS run
)

SELECT
    company_id,
    customer_id,
    contact_id,
    role,
    name,
    email,
    email_problem,
    phone,
    phone_e164,
    phone_problem,
    mobile,
    mobile_e164,
    mobile_problem,
    fax,
    fax_problem,
    last_verified_on,
    list_filter(
        [
            CASE WHEN email IS NOT NULL AND email_problem IS NULL THEN 'email' END,
            CASE WHEN phone_e164 IS NOT NULL THEN 'phone' END,
            CASE WHEN mobile_e164 IS NOT NULL THEN 'mobile' END
        ],
        LAMBDA channel: channel IS NOT NULL
    ) AS channels
FROM judged
