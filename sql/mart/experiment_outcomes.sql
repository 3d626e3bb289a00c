-- What came of each experiment, by intention to treat: everybody who was assigned counts, contacted or not.
-- Grain: one row per experiment, segment, currency and arm (experiment, segment, currency, arm); segment `(all)`: all.
-- Units: amounts positive, in currency; shares 0 to 1; days. Columns: their data contract, mart_experiment_outcomes.
-- Materialized: view
WITH groups AS (
    SELECT
        experiment,
        unnest([segment, '(all)']) AS segment,
        currency,
        arm,
        customer_id,
        receivables,
        amount,
        contacts,
        contact_cost,
        disputes,
        opt_outs
    FROM outcomes.contacts
),

sums AS (
    SELECT
        experiment,
        segment,
        currency,
        arm,
        count(*) AS customers,
        sum(receivables)::BIGINT AS receivables,
        sum(amount)::DECIMAL(18, 2) AS amount,
        sum(contacts)::BIGINT AS contacts,
        CASE WHEN count(*) = count(contact_cost) THEN sum(contact_cost) END::DECIMAL(18, 2) AS contact_cost,
        sum(disputes)::BIGINT AS disputes,
        sum(opt_outs)::BIGINT AS opt_outs,
        count(*) FILTER (WHERE contacts > 0) AS contacted_customers
    FROM groups
    GROUP BY experiment, segment, currency, arm
),

figures AS (
    SELECT
        experiment,
        segment,
        currency,
        arm,
        any_value(customers) FILTER (WHERE measure = 'days') AS measured_customers,
        any_value(weight) FILTER (WHERE measure = 'days')::BIGINT AS measured_receivables,
        any_value(weight) FILTER (WHERE measure = 'money_30') AS measured_amount,
        any_value(ratio) FILTER (WHERE measure = 'paid_7') AS paid_7_share,
        any_value(ratio) FILTER (WHERE measure = 'paid_14') AS paid_14_share,
        any_value(ratio) FILTER (WHERE measure = 'paid_30') AS paid_30_share,
        any_value(ratio) FILTER (WHERE measure = 'days') AS days_open
    FROM outcomes.estimates
    GROUP BY experiment, segment, currency, arm
),

controls AS (
    SELECT
        experiment,
        CASE WHEN bool_or(arm = 'hold_out') THEN 'hold_out' ELSE 'as_usual' END AS control
    FROM experiment.members
    GROUP BY experiment
)

SELECT
    run.run_id,
    run.company_id,
    s.experiment,
    s.segment,
    s.currency,
    s.arm,
    k.control,
    s.customers,
    s.receivables,
    s.amount,
    coalesce(f.measured_customers, 0) AS measured_customers,
    coalesce(f.measured_receivables, 0) AS measured_receivables,
    coalesce(f.measured_amount, 0)::DECIMAL(18, 2) AS measured_amount,
    f.paid_7_share,
    f.paid_14_share,
    f.paid_30_share,
    f.days_open,
    g.days_gained,
    g.days_gained_low,
    g.days_gained_high,
    (g.cash_share * f.measured_amount)::DECIMAL(18, 2) AS cash_gained,
    (g.cash_share_low * f.measured_amount)::DECIMAL(18, 2) AS cash_gained_low,
    (g.cash_share_high * f.measured_amount)::DECIMAL(18, 2) AS cash_gained_high,
    (g.money_days_share * f.measured_amount)::DECIMAL(18, 2) AS money_days_gained,
    (g.money_days_share_low * f.measured_amount)::DECIMAL(18, 2) AS money_days_gained_low,
    (g.money_days_share_high * f.measured_amount)::DECIMAL(18, 2) AS money_days_gained_high,
    s.contacts,
    s.contact_cost,
    s.disputes,
    s.opt_outs,
    s.contacted_customers,
    CASE
        WHEN s.arm = k.control THEN 'control'
        WHEN NOT coalesce(g.is_enough, FALSE) THEN 'not_enough'
        WHEN g.days_gained_low > 0 THEN 'earlier'
        WHEN g.days_gained_high < 0 THEN 'later'
        ELSE 'no_difference'
    END AS verdict
FROM sums AS s
CROSS JOIN run.parameters AS run
INNER JOIN controls AS k ON s.experiment = k.experiment
LEFT JOIN figures AS f
    ON
        s.experiment = f.experiment
        AND s.segment = f.segment
        AND s.currency = f.currency
        AND s.arm = f.arm
LEFT JOIN outcomes.gains AS g
    ON
        s.experiment = g.experiment
        AND s.segment = g.segment
        AND s.currency = g.currency
        AND s.arm = g.arm
