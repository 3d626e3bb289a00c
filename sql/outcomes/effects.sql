-- What each group differs by from the group it is compared with, with a 95 % interval.
-- Grain: one row per experiment, segment, currency, measure and arm, without the control itself.
-- The control is `hold_out` where the experiment has one, else `as_usual`. effect: the arm's ratio less the control's.
-- low, high: effect less and plus t times the root of both variances. t is Student's 97.5 % quantile with Welch's
-- degrees of freedom, by its expansion around the normal one (Abramowitz and Stegun 26.7.5), 0.1 % exact from ten on.
-- is_enough: at least 30 customers on either side; with fewer the interval is not shown.
-- Materialized: table
WITH controls AS (
    SELECT
        experiment,
        CASE WHEN bool_or(arm = 'hold_out') THEN 'hold_out' ELSE 'as_usual' END AS control
    FROM experiment.members
    GROUP BY experiment
),

pairs AS (
    SELECT
        a.experiment,
        a.segment,
        a.currency,
        a.measure,
        a.arm,
        k.control,
        a.customers,
        c.customers AS control_customers,
        a.ratio - c.ratio AS effect,
        sqrt(a.variance + c.variance) AS error,
        (a.variance + c.variance) ** 2
        / nullif(a.variance ** 2 / (a.customers - 1) + c.variance ** 2 / (c.customers - 1), 0) AS freedom
    FROM outcomes.estimates AS a
    INNER JOIN controls AS k ON a.experiment = k.experiment AND a.arm <> k.control
    INNER JOIN outcomes.estimates AS c
        ON
            a.experiment = c.experiment
            AND a.segment = c.segment
            AND a.currency = c.currency
            AND a.measure = c.measure
            AND k.control = c.arm
),

scaled AS (
    SELECT
        *,
        error * (
            1.959963985
            + coalesce((1.959963985 ** 3 + 1.959963985) / (4 * freedom), 0)
            + coalesce(
                (5 * 1.959963985 ** 5 + 16 * 1.959963985 ** 3 + 3 * 1.959963985) / (96 * freedom ** 2), 0
            )
        ) AS margin
    FROM pairs
)

SELECT
    experiment,
    segment,
    currency,
    measure,
    arm,
    control,
    customers,
    control_customers,
    effect,
    effect - margin AS low,
    effect + margin AS high,
    customers >= 30 AND control_customers >= 30 AND margin IS NOT NULL AS is_enough
FROM scaled
