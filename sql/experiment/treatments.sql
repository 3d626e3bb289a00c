-- What running experiments change for a customer today.
-- Grain: one row per customer that is left alone, goes through another ladder or reads other words (company_id,
-- customer_id). ladder, wording: the variant's; NULL: the usual one.
-- Nobody is left alone who by now owes more than the experiment's limit, or anything in a currency without one.
-- Materialized: table
WITH changed AS (
    SELECT
        m.company_id,
        m.customer_id,
        m.experiment,
        m.arm,
        a.ladder,
        a.wording,
        e.until_on,
        e.at_most_days_overdue
    FROM experiment.members AS m
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.experiments AS e
        ON m.experiment = e.experiment AND run.as_of BETWEEN e.from_on AND e.until_on
    LEFT JOIN policy.experiment_arms AS a ON m.experiment = a.experiment AND m.arm = a.arm
    WHERE m.arm = 'hold_out' OR a.ladder IS NOT NULL OR a.wording IS NOT NULL
),

owed AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.currency,
        sum(r.open_amount) AS open_amount
    FROM staging.open_receivables AS r
    SEMI JOIN changed AS h
        ON r.company_id = h.company_id AND r.customer_id = h.customer_id AND h.arm = 'hold_out'
    GROUP BY r.company_id, r.customer_id, r.currency
),

above AS (
    SELECT
        c.company_id,
        c.customer_id,
        c.experiment
    FROM owed AS o
    INNER JOIN changed AS c ON o.company_id = c.company_id AND o.customer_id = c.customer_id
    LEFT JOIN policy.experiment_limits AS l ON c.experiment = l.experiment AND o.currency = l.currency
    GROUP BY c.company_id, c.customer_id, c.experiment
    HAVING bool_or(NOT coalesce(o.open_amount <= l.never_above, FALSE))
)

SELECT
    c.company_id,
    c.customer_id,
    min(c.experiment) AS experiment,
    min_by(c.arm, c.experiment) AS arm,
    min_by(c.ladder, c.experiment) AS ladder,
    min_by(c.wording, c.experiment) AS wording,
    min_by(c.arm = 'hold_out', c.experiment) AS is_held_out,
    min_by(c.until_on, c.experiment) AS until_on,
    min_by(c.at_most_days_overdue, c.experiment) AS at_most_days_overdue
FROM changed AS c
LEFT JOIN above AS a
    ON c.company_id = a.company_id AND c.customer_id = a.customer_id AND c.experiment = a.experiment
WHERE c.arm <> 'hold_out' OR a.customer_id IS NULL
GROUP BY c.company_id, c.customer_id
