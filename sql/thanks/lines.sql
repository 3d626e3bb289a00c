-- What each message of thanks lists.
-- Grain: one row per receivable (company_id, receivable_id); customers whom nothing keeps from being thanked today.
-- Units: paid_amount positive, in currency. A hold or dispute about the receivable itself leaves it out.
-- Nobody is thanked on the day on which anything else is said to him, on a quiet day, at a contact cap, or while the
-- payments are not fresh. Flags of decide.flags but vulnerable: people speak with those customers.
-- Materialized: table
WITH against AS (
    SELECT
        h.company_id,
        h.receivable_id
    FROM ledger.holds AS h
    CROSS JOIN run.parameters AS run
    WHERE h.receivable_id IS NOT NULL AND h.from_on <= run.as_of AND coalesce(h.until_on >= run.as_of, TRUE)
    UNION ALL
    SELECT
        d.company_id,
        d.receivable_id
    FROM ledger.disputes AS d
    CROSS JOIN run.parameters AS run
    WHERE d.receivable_id IS NOT NULL AND d.opened_on <= run.as_of AND coalesce(d.resolved_on > run.as_of, TRUE)
),

flagged AS (
    SELECT
        company_id,
        customer_id
    FROM decide.flags
    WHERE has_lawyer OR is_insolvent OR is_deceased OR is_closed
),

reachable AS (
    SELECT
        a.company_id,
        a.customer_id,
        a.segment,
        a.channel,
        r.role AS contact_role,
        r.contact_id
    FROM thanks.asked AS a
    CROSS JOIN run.parameters AS run
    CROSS JOIN decide.freshness AS fresh
    INNER JOIN decide.recipients AS r
        ON
            a.company_id = r.company_id
            AND a.customer_id = r.customer_id
            AND a.contact_role = r.contact_role
            AND a.channel = r.channel
    INNER JOIN segment.facts AS f ON a.company_id = f.company_id AND a.customer_id = f.customer_id
    ANTI JOIN policy.quiet_days AS q ON coalesce(f.country, '') = q.country AND run.as_of = q.day
    ANTI JOIN flagged AS m ON a.company_id = m.company_id AND a.customer_id = m.customer_id
    ANTI JOIN decide.contact_caps AS k
        ON a.company_id = k.company_id AND a.customer_id = k.customer_id AND k.channel IN ('', a.channel)
    ANTI JOIN decide.messages AS l ON a.company_id = l.company_id AND a.customer_id = l.customer_id
    WHERE fresh.is_fresh
),

listed AS (
    SELECT
        c.*,
        t.receivable_id,
        t.currency,
        t.paid_amount,
        t.paid_on,
        sum(t.paid_amount) OVER (PARTITION BY t.company_id, t.customer_id, t.currency) AS total_amount
    FROM reachable AS c
    INNER JOIN thanks.paid AS t ON c.company_id = t.company_id AND c.customer_id = t.customer_id
    ANTI JOIN against AS g ON t.company_id = g.company_id AND t.receivable_id = g.receivable_id
)

SELECT
    l.company_id,
    l.customer_id,
    l.segment,
    l.channel,
    l.contact_role,
    l.contact_id,
    l.receivable_id,
    l.currency,
    l.paid_amount,
    l.paid_on
FROM listed AS l
LEFT JOIN policy.thank_you_minimums AS m ON l.currency = m.currency
WHERE l.total_amount >= coalesce(m.minimum_amount, 0)
