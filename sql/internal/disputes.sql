-- Disputes of which nothing was heard: open, and without a contact or an entry since the last news.
-- Grain: one row per dispute of the ledger, or per receivable that only the export marks (company_id, subject).
-- news_on: the last of its opening, contacts with the customer, and entries that somebody worked on it; NULL where the
-- export gives no day. A dispute becomes a task on the day after the days that the strategy allows without news; one
-- that only the export knows at once, since nobody follows it.
-- Materialized: table
WITH disputes AS (
    SELECT
        d.dispute_id AS subject,
        d.company_id,
        d.customer_id,
        d.receivable_id,
        d.opened_on
    FROM ledger.disputes AS d
    CROSS JOIN run.parameters AS run
    WHERE d.opened_on <= run.as_of AND (d.resolved_on IS NULL OR d.resolved_on > run.as_of)
),

spoken AS (
    SELECT
        c.company_id,
        c.customer_id,
        NULL::VARCHAR AS receivable_id,
        c.contacted_on AS news_on
    FROM ledger.contact_results AS c
    WHERE c.is_contact
    UNION ALL
    SELECT
        e.company_id,
        e.customer_id,
        e.receivable_id,
        e.noted_on AS news_on
    FROM ledger.duty_entries AS e
    WHERE e.is_met AND e.duty = 'dispute_without_news'
),

dated AS (
    SELECT
        d.subject,
        d.company_id,
        d.customer_id,
        d.receivable_id,
        greatest(d.opened_on, max(s.news_on)) AS news_on
    FROM disputes AS d
    LEFT JOIN spoken AS s
        ON
            d.company_id = s.company_id
            AND d.customer_id = s.customer_id
            AND coalesce(d.receivable_id = s.receivable_id, TRUE)
    GROUP BY d.subject, d.company_id, d.customer_id, d.receivable_id, d.opened_on
),

marked AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id
    FROM decide.items AS i
    ANTI JOIN disputes AS d
        ON
            i.company_id = d.company_id
            AND i.customer_id = d.customer_id
            AND i.receivable_id = coalesce(d.receivable_id, i.receivable_id)
    WHERE i.is_disputed
)

SELECT
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.subject,
    'ledger' AS source,
    d.news_on
FROM dated AS d
CROSS JOIN run.parameters AS run
INNER JOIN policy.duty_kinds AS k ON k.duty = 'dispute_without_news'
WHERE run.as_of > d.news_on + k.within_days
UNION ALL
SELECT
    m.company_id,
    m.customer_id,
    m.receivable_id,
    m.receivable_id AS subject,
    'export' AS source,
    NULL AS news_on
FROM marked AS m
ANTI JOIN spoken AS s
    ON
        m.company_id = s.company_id
        AND m.customer_id = s.customer_id
        AND m.receivable_id = coalesce(s.receivable_id, m.receivable_id)
