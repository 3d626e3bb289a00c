-- How each promise to pay stands against the payments that are known: the one definition of open, kept and broken.
-- Grain: one row per promise (company_id, promise_id) of ledger.promises. Units: amounts positive, in currency.
-- It covers the receivable that it names or, without one, what is open of the customer in its currency, where it has
-- one; once its time is over it is judged by what had been invoiced when it was recorded and was due by the promised
-- day.
-- kept: by kept_until all that it covers was settled, or as much as was promised had come since it was recorded (net of
-- what went back; without a receivable also money that lies on nothing yet). open: not kept, and kept_until has not
-- passed. broken: the others, also when they were paid later; is_missing says that the money is missing still.
-- kept_until: the promised day and the strategy's promise_grace_days. broken_on: the day after it.
-- paid_amount: what came from recorded_on to kept_until; only where an amount was promised.
-- An instalment of a payment plan (plan_id) is a promise, but money counts once: for the earliest instalments first.
-- The first broken one breaks the plan: those after it that were not kept by then are lapsed (neither open nor broken).
-- Materialized: table
WITH given AS (
    SELECT
        p.company_id,
        p.customer_id,
        p.promise_id,
        p.receivable_id,
        p.currency,
        p.amount,
        p.promised_for,
        p.recorded_on,
        p.plan_id,
        coalesce(p.plan_amount, p.amount) AS wanted_amount,
        p.promised_for + settings.promise_grace_days AS kept_until
    FROM ledger.promises AS p
    CROSS JOIN policy.parameters AS settings
    CROSS JOIN run.parameters AS run
    WHERE p.recorded_on <= run.as_of
),

unpaid AS (
    SELECT
        g.company_id,
        g.promise_id,
        TRUE AS is_open
    FROM given AS g
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_receivables AS r
        ON g.company_id = r.company_id AND g.customer_id = r.customer_id
    WHERE
        g.receivable_id = r.receivable_id
        OR (
            g.receivable_id IS NULL
            AND r.currency = coalesce(g.currency, r.currency)
            AND (
                run.as_of <= g.kept_until
                OR (coalesce(g.recorded_on >= r.invoice_date, TRUE) AND g.promised_for >= r.due_date)
            )
        )
    UNION ALL
    SELECT
        g.company_id,
        g.promise_id,
        FALSE AS is_open
    FROM given AS g
    INNER JOIN staging.settlements AS s
        ON g.company_id = s.company_id AND g.customer_id = s.customer_id
    WHERE
        s.settled_on > g.kept_until
        AND s.open_amount = 0
        AND (
            g.receivable_id = s.receivable_id
            OR (
                g.receivable_id IS NULL
                AND s.currency = coalesce(g.currency, s.currency)
                AND coalesce(g.recorded_on >= s.invoice_date, TRUE)
                AND g.promised_for >= s.due_date
            )
        )
),

missing AS (
    SELECT
        company_id,
        promise_id,
        bool_or(is_open) AS has_open
    FROM unpaid
    GROUP BY company_id, promise_id
),

money AS (
    SELECT
        g.company_id,
        g.promise_id,
        g.kept_until,
        a.amount,
        a.paid_on
    FROM given AS g
    INNER JOIN staging.settlements AS s
        ON
            g.company_id = s.company_id
            AND g.customer_id = s.customer_id
            AND s.receivable_id = coalesce(g.receivable_id, s.receivable_id)
            AND g.currency = s.currency
    INNER JOIN staging.allocations AS a
        ON s.company_id = a.company_id AND s.receivable_id = a.receivable_id AND g.recorded_on <= a.paid_on
    WHERE g.amount IS NOT NULL
    UNION ALL
    SELECT
        g.company_id,
        g.promise_id,
        g.kept_until,
        u.unapplied_amount AS amount,
        k.paid_on
    FROM given AS g
    INNER JOIN staging.unapplied_payments AS u
        ON g.company_id = u.company_id AND g.customer_id = u.customer_id AND g.currency = u.currency
    INNER JOIN staging.known_payments AS k
        ON u.company_id = k.company_id AND u.payment_id = k.payment_id AND g.recorded_on <= k.paid_on
    WHERE g.amount IS NOT NULL AND g.receivable_id IS NULL
),

come AS (
    SELECT
        m.company_id,
        m.promise_id,
        coalesce(sum(m.amount) FILTER (WHERE m.paid_on <= m.kept_until), 0)::DECIMAL(18, 2) AS paid_amount,
        sum(m.amount)::DECIMAL(18, 2) AS paid_since
    FROM money AS m
    GROUP BY m.company_id, m.promise_id
),

judged AS (
    SELECT
        g.*,
        CASE
            WHEN g.plan_id IS NOT NULL
                THEN least(g.amount, greatest(0, coalesce(c.paid_amount, 0) - (g.wanted_amount - g.amount)))
            WHEN g.amount IS NOT NULL THEN coalesce(c.paid_amount, 0)
        END AS paid_amount,
        coalesce(c.paid_amount, 0) >= g.wanted_amount AS has_come,
        m.promise_id IS NULL AS is_settled,
        coalesce(m.has_open AND coalesce(coalesce(c.paid_since, 0) < g.wanted_amount, TRUE), FALSE) AS has_rest
    FROM given AS g
    LEFT JOIN missing AS m ON g.company_id = m.company_id AND g.promise_id = m.promise_id
    LEFT JOIN come AS c ON g.company_id = c.company_id AND g.promise_id = c.promise_id
),

stated AS (
    SELECT
        j.*,
        CASE
            WHEN j.is_settled OR coalesce(j.has_come, FALSE) THEN 'kept'
            WHEN run.as_of <= j.kept_until THEN 'open'
            ELSE 'broken'
        END AS state
    FROM judged AS j
    CROSS JOIN run.parameters AS run
),

placed AS (
    SELECT
        s.*,
        min(s.kept_until) FILTER (WHERE s.state = 'broken') OVER (
            PARTITION BY s.company_id, coalesce(s.plan_id, s.promise_id)
        ) AS first_broken
    FROM stated AS s
)

SELECT
    company_id,
    customer_id,
    promise_id,
    receivable_id,
    currency,
    amount,
    promised_for,
    recorded_on,
    kept_until,
    paid_amount::DECIMAL(18, 2) AS paid_amount,
    plan_id,
    CASE WHEN state <> 'kept' AND kept_until > first_broken THEN 'lapsed' ELSE state END AS state,
    CASE WHEN state = 'broken' AND kept_until = first_broken THEN kept_until + 1 END AS broken_on,
    has_rest AND state = 'broken' AND kept_until = first_broken AS is_missing
FROM placed
