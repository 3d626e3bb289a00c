-- Customers whom the cap protects today: on as many days as it allows they were contacted within its window.
-- Grain: one row per customer (company_id, customer_id) at the cap. The window is the cap_per_days days that end
-- today; today
-- itself never counts against itself. free_on: the day on which enough of those contacts have left the window.
-- Materialized: table
WITH days AS (
    SELECT
        c.company_id,
        c.customer_id,
        list(DISTINCT c.contacted_on ORDER BY c.contacted_on DESC) AS contacted_on
    FROM ledger.contact_days AS c
    CROSS JOIN policy.parameters AS p
    CROSS JOIN run.parameters AS run
    WHERE c.contacted_on < run.as_of AND c.contacted_on > run.as_of - p.cap_per_days
    GROUP BY c.company_id, c.customer_id
)

SELECT
    d.company_id,
    d.customer_id,
    len(d.contacted_on) AS contacts,
    d.contacted_on[p.cap_contacts] + p.cap_per_days AS free_on
FROM days AS d
CROSS JOIN policy.parameters AS p
WHERE len(d.contacted_on) >= p.cap_contacts
