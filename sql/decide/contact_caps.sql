-- Customers whom a cap protects today: on as many days as it allows they were contacted within its window.
-- Grain: one row per customer and channel (company_id, customer_id, channel) at a cap; channel '' is the cap over all;
-- customer_number: the row of segment.customers.
-- The window is the cap_per_days days that end today; today itself never counts against itself. free_on: the day
-- on which enough of those contacts have left the window.
-- Materialized: table
WITH caps AS (
    SELECT
        '' AS channel,
        cap_contacts,
        cap_per_days
    FROM policy.parameters
    WHERE cap_contacts IS NOT NULL
    UNION ALL
    SELECT
        channel,
        cap_contacts,
        cap_per_days
    FROM policy.channel_caps
),

days AS (
    SELECT
        c.company_id,
        c.customer_id,
        k.channel,
        k.cap_contacts,
        k.cap_per_days,
        list(DISTINCT c.contacted_on ORDER BY c.contacted_on DESC) AS contacted_on
    FROM ledger.contact_days AS c
    CROSS JOIN run.parameters AS run
    INNER JOIN caps AS k ON k.channel = '' OR c.channel = k.channel
    WHERE c.contacted_on < run.as_of AND c.contacted_on > run.as_of - k.cap_per_days
    GROUP BY c.company_id, c.customer_id, k.channel, k.cap_contacts, k.cap_per_days
)

SELECT
    d.company_id,
    d.customer_id,
    c.rowid AS customer_number,
    d.channel,
    len(d.contacted_on) AS contacts,
    d.contacted_on[d.cap_contacts] + d.cap_per_days AS free_on
FROM days AS d
LEFT JOIN segment.customers AS c ON d.company_id = c.company_id AND d.customer_id = c.customer_id
WHERE len(d.contacted_on) >= d.cap_contacts
