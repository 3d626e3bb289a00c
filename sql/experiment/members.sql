-- Who is in which group of which experiment: those whom the ledger knows, and those whom today's run draws.
-- Grain: one row per experiment and customer (experiment, company_id, customer_id).
-- Drawn are customers of the experiment's segments while it runs, before the first contact: nothing that is open now
-- was spoken of yet. With a hold-out nobody takes part who owes more than its limit in a currency, or anything in a
-- currency without one; that holds for all groups alike, or they could not be compared. Who is in a running experiment
-- already is in no second one.
-- The draw is a number from 0 to 1 out of the SHA-256 of experiment, company and customer, so that a rebuild draws the
-- same. What the ledger knows never changes: another share moves nobody who is in.
-- Materialized: table
WITH running AS (
    SELECT
        e.experiment,
        count(l.currency) > 0 AS has_limits
    FROM policy.experiments AS e
    CROSS JOIN run.parameters AS run
    LEFT JOIN policy.experiment_limits AS l ON e.experiment = l.experiment
    WHERE run.as_of BETWEEN e.from_on AND e.until_on
    GROUP BY e.experiment
),

asked AS (
    SELECT
        s.experiment,
        e.has_limits,
        c.company_id,
        c.customer_id,
        c.segment
    FROM running AS e
    INNER JOIN policy.experiment_segments AS s ON e.experiment = s.experiment
    INNER JOIN segment.customers AS c ON s.segment = c.segment
    WHERE
        c.override_number IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM ledger.experiment_members AS m
            INNER JOIN running AS r ON m.experiment = r.experiment
            WHERE m.company_id = c.company_id AND m.customer_id = c.customer_id
        )
),

theirs AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        r.currency,
        r.open_amount
    FROM staging.open_receivables AS r
    SEMI JOIN asked AS a ON r.company_id = a.company_id AND r.customer_id = a.customer_id
),

-- Of theirs only: on most days nobody is asked, and what was ever said is not gone through.
spoken_of AS (
    SELECT DISTINCT
        s.company_id,
        s.receivable_id
    FROM ledger.sent_steps AS s
    SEMI JOIN theirs AS r ON s.company_id = r.company_id AND s.receivable_id = r.receivable_id
),

owed AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.currency,
        sum(r.open_amount) AS open_amount,
        bool_or(s.receivable_id IS NOT NULL) AS was_spoken_of
    FROM theirs AS r
    LEFT JOIN spoken_of AS s ON r.company_id = s.company_id AND r.receivable_id = s.receivable_id
    GROUP BY r.company_id, r.customer_id, r.currency
),

drawn AS (
    SELECT
        a.experiment,
        a.company_id,
        a.customer_id,
        any_value(a.segment) AS segment,
        (
            ('0x' || left(sha256(concat_ws(chr(31), a.experiment, a.company_id, a.customer_id)), 12))::UBIGINT
            / 281474976710656
        )::DOUBLE AS draw
    FROM asked AS a
    INNER JOIN owed AS o ON a.company_id = o.company_id AND a.customer_id = o.customer_id
    LEFT JOIN policy.experiment_limits AS l ON a.experiment = l.experiment AND o.currency = l.currency
    GROUP BY a.experiment, a.company_id, a.customer_id
    HAVING
        NOT bool_or(o.was_spoken_of)
        AND (
            bool_and(coalesce(o.open_amount <= l.never_above, FALSE))
            OR NOT any_value(a.has_limits)
        )
)

SELECT
    experiment,
    company_id,
    customer_id,
    arm,
    segment,
    assigned_on,
    FALSE AS is_new
FROM ledger.experiment_members
UNION ALL
SELECT
    d.experiment,
    d.company_id,
    d.customer_id,
    a.arm,
    d.segment,
    run.as_of AS assigned_on,
    TRUE AS is_new
FROM drawn AS d
CROSS JOIN run.parameters AS run
INNER JOIN policy.experiment_arms AS a
    ON d.experiment = a.experiment AND d.draw >= a.draw_from AND d.draw < a.draw_to
