-- The receivables by which the groups of an experiment are compared: by intention to treat, so everything of everybody
-- who was assigned, whatever was then said to whom.
-- Grain: one row per experiment and receivable (experiment, company_id, receivable_id). Units: amount positive, in
-- currency; days from starts_on.
-- starts_on: the due date, or the day of the assignment where it was due before. Taken in is what was open on the day
-- of the assignment or came later, and starts before the experiment ends: the same for every group.
-- days_open: days from starts_on to payment, negative where it was paid before, and 30 where it was not within 30 days;
-- means something only where has_30_days. has_…_days: so much time has passed since starts_on.
-- Materialized: table
WITH started AS (
    SELECT
        m.experiment,
        m.company_id,
        m.customer_id,
        m.arm,
        m.segment,
        s.receivable_id,
        s.currency,
        s.amount,
        greatest(s.due_date, m.assigned_on) AS starts_on,
        s.settled_on
    FROM experiment.members AS m
    INNER JOIN staging.settlements AS s ON m.company_id = s.company_id AND m.customer_id = s.customer_id
    LEFT JOIN policy.experiments AS e ON m.experiment = e.experiment
    WHERE
        s.amount > 0
        AND (s.settled_on IS NULL OR s.settled_on >= m.assigned_on)
        AND (e.until_on IS NULL OR greatest(s.due_date, m.assigned_on) <= e.until_on)
)

SELECT
    t.experiment,
    t.company_id,
    t.customer_id,
    t.arm,
    t.segment,
    t.receivable_id,
    t.currency,
    t.amount,
    t.starts_on,
    t.settled_on,
    t.starts_on + 7 <= run.as_of AS has_7_days,
    t.starts_on + 14 <= run.as_of AS has_14_days,
    t.starts_on + 30 <= run.as_of AS has_30_days,
    coalesce(t.settled_on <= t.starts_on + 7, FALSE) AS is_paid_7,
    coalesce(t.settled_on <= t.starts_on + 14, FALSE) AS is_paid_14,
    coalesce(t.settled_on <= t.starts_on + 30, FALSE) AS is_paid_30,
    least(coalesce(t.settled_on, t.starts_on + 30), t.starts_on + 30) - t.starts_on AS days_open
FROM started AS t
CROSS JOIN run.parameters AS run
WHERE t.starts_on <= run.as_of
