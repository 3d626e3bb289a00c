-- Customers who may be thanked for something, as far as they themselves are concerned, and how they are to be reached.
-- Grain: one row per customer (company_id, customer_id). Whether a contact has what the channel needs, and what stands
-- against writing today, is asked after this (decide.recipients, thanks.messages).
-- A customer of whom anything is overdue, in any currency, hears about that and is not thanked.
-- Materialized: table
-- What they owe is looked at for those who paid, not the other way round: the first are few.
WITH overdue AS (
    SELECT DISTINCT
        r.company_id,
        r.customer_id
    FROM staging.open_receivables AS r
    CROSS JOIN run.parameters AS run
    SEMI JOIN thanks.paid AS t ON r.company_id = t.company_id AND r.customer_id = t.customer_id
    WHERE r.due_date < run.as_of
)

SELECT
    c.company_id,
    c.customer_id,
    c.segment,
    p.contact_role,
    p.channel
FROM segment.customers AS c
CROSS JOIN run.parameters AS run
CROSS JOIN policy.thank_you AS p
SEMI JOIN policy.thank_you_segments AS s ON c.segment = s.segment
SEMI JOIN thanks.paid AS t ON c.company_id = t.company_id AND c.customer_id = t.customer_id
ANTI JOIN overdue AS r ON c.company_id = r.company_id AND c.customer_id = r.customer_id
ANTI JOIN ledger.thanks AS k
    ON c.company_id = k.company_id AND c.customer_id = k.customer_id AND run.as_of < k.thanked_on + p.every_days
ANTI JOIN ledger.opt_outs AS o
    ON
        c.company_id = o.company_id
        AND c.customer_id = o.customer_id
        AND run.as_of >= o.from_on
        AND p.channel = coalesce(o.channel, p.channel)
ANTI JOIN ledger.holds AS h
    ON
        c.company_id = h.company_id
        AND c.customer_id = h.customer_id
        AND h.receivable_id IS NULL
        AND run.as_of >= h.from_on
        AND coalesce(run.as_of <= h.until_on, TRUE)
ANTI JOIN ledger.disputes AS d
    ON
        c.company_id = d.company_id
        AND c.customer_id = d.customer_id
        AND d.receivable_id IS NULL
        AND run.as_of >= d.opened_on
        AND coalesce(run.as_of < d.resolved_on, TRUE)
ANTI JOIN experiment.treatments AS x
    ON c.company_id = x.company_id AND c.customer_id = x.customer_id AND x.is_held_out
WHERE c.override_number IS NULL
