-- What was said to the members of an experiment since they were assigned, and what they said against it.
-- Grain: one row per experiment, currency and customer with receivables in the experiment (experiment, currency,
-- company_id, customer_id). Units: amount and contact_cost in currency. contact_cost: by the strategy's
-- credit_policy.cost_to_serve; NULL where it states none for a channel that was used.
-- contacts: messages and work of that currency that were, or may have been, said. disputes, opt_outs: of the customer
-- in the ledger since the assignment, whatever the currency.
-- Materialized: table
WITH who AS (
    SELECT
        experiment,
        company_id,
        customer_id,
        currency,
        any_value(arm) AS arm,
        any_value(segment) AS segment,
        count(*) AS receivables,
        sum(amount) AS amount
    FROM outcomes.receivables
    GROUP BY experiment, company_id, customer_id, currency
),

said AS (
    SELECT
        m.experiment,
        m.company_id,
        m.customer_id,
        l.currency,
        count(*) AS contacts,
        CASE WHEN count(*) = count(c.cost) THEN sum(c.cost) END AS contact_cost
    FROM experiment.members AS m
    LEFT JOIN policy.experiments AS e ON m.experiment = e.experiment
    INNER JOIN ledger.reminders AS l
        ON m.company_id = l.company_id AND m.customer_id = l.customer_id AND m.assigned_on <= l.as_of
    LEFT JOIN policy.contact_costs AS c ON l.channel = c.channel AND l.currency = c.currency
    WHERE
        l.status IN ('claimed', 'accepted', 'delivered', 'bounced', 'unknown')
        AND (e.until_on IS NULL OR l.as_of <= e.until_on)
    GROUP BY m.experiment, m.company_id, m.customer_id, l.currency
),

against AS (
    SELECT
        m.experiment,
        m.company_id,
        m.customer_id,
        count(*) AS disputes
    FROM experiment.members AS m
    INNER JOIN ledger.disputes AS d
        ON m.company_id = d.company_id AND m.customer_id = d.customer_id AND m.assigned_on <= d.opened_on
    GROUP BY m.experiment, m.company_id, m.customer_id
),

refused AS (
    SELECT
        m.experiment,
        m.company_id,
        m.customer_id,
        count(*) AS opt_outs
    FROM experiment.members AS m
    INNER JOIN ledger.opt_outs AS o
        ON m.company_id = o.company_id AND m.customer_id = o.customer_id AND m.assigned_on <= o.from_on
    GROUP BY m.experiment, m.company_id, m.customer_id
)

SELECT
    w.experiment,
    w.currency,
    w.company_id,
    w.customer_id,
    w.arm,
    w.segment,
    w.receivables,
    w.amount,
    coalesce(s.contacts, 0) AS contacts,
    CASE WHEN s.contacts IS NULL THEN 0 ELSE s.contact_cost END AS contact_cost,
    coalesce(a.disputes, 0) AS disputes,
    coalesce(r.opt_outs, 0) AS opt_outs
FROM who AS w
LEFT JOIN said AS s
    ON
        w.experiment = s.experiment
        AND w.company_id = s.company_id
        AND w.customer_id = s.customer_id
        AND w.currency = s.currency
LEFT JOIN against AS a
    ON w.experiment = a.experiment AND w.company_id = a.company_id AND w.customer_id = a.customer_id
LEFT JOIN refused AS r
    ON w.experiment = r.experiment AND w.company_id = r.company_id AND w.customer_id = r.customer_id
