-- How the items stood on each morning of which later events tell otherwise: money came back, or came although the
-- export had called the item cleared.
-- Grain: company, receivable, stands_after; only such items. A spell holds on the mornings after stands_after, the day
-- of an event, up to and with stands_until, the day of the next one, which nobody knew in the morning. The first begins
-- at '-infinity', the last ends at 'infinity'.
-- settled_on: since when the item had been paid without interruption, by payments or by the export's word; NULL: open.
-- Of the last spell staging.settlements knows more, since money may have been laid on the item by guessing.
-- The rules are those of staging.contested_settlements and staging.aimed_settlements for the evening of each event:
-- money of one day counts together, and money returned after the day of a clearing makes it void.
-- One limit: what a return takes back that names nothing, of money that named nothing either, leaves no trace here.
-- Materialized: table
WITH cleared AS (
    SELECT
        totals.company_id,
        totals.receivable_id,
        totals.amount,
        totals.cleared_on,
        totals.is_contested
    FROM staging.receivable_totals AS totals
    CROSS JOIN run.parameters AS run
    WHERE totals.cleared_on < totals.last_aimed_on AND totals.cleared_on < run.as_of
),

-- One by one, although they simply add up.
cleared_payments AS (
    SELECT
        allocations.company_id,
        allocations.receivable_id,
        allocations.paid_on,
        row_number() OVER in_order AS position,
        FALSE AS is_returned,
        sum(allocations.amount) OVER in_order = cleared.amount AS is_settled_after
    FROM staging.allocations AS allocations
    INNER JOIN cleared
        ON allocations.company_id = cleared.company_id AND allocations.receivable_id = cleared.receivable_id
    WHERE NOT cleared.is_contested AND allocations.payment_id IS NOT NULL
    WINDOW in_order AS (
        PARTITION BY allocations.company_id, allocations.receivable_id
        ORDER BY allocations.paid_on, allocations.payment_id
    )
),

payments AS (
    SELECT
        company_id,
        receivable_id,
        paid_on,
        position,
        is_returned,
        is_settled_after
    FROM staging.contested_payments
    UNION ALL
    SELECT
        company_id,
        receivable_id,
        paid_on,
        position,
        is_returned,
        is_settled_after
    FROM cleared_payments
),

moved AS (
    SELECT
        company_id,
        receivable_id
    FROM cleared
    UNION
    SELECT
        payments.company_id,
        payments.receivable_id
    FROM staging.contested_payments AS payments
    INNER JOIN run.parameters AS run ON payments.paid_on < run.as_of
    WHERE payments.is_returned
),

steps AS (
    SELECT
        payments.company_id,
        payments.receivable_id,
        payments.position,
        payments.paid_on,
        payments.is_settled_after,
        max(payments.paid_on) FILTER (WHERE payments.is_returned) OVER so_far AS last_returned_on,
        -- The same for all payments since the item was last open.
        count(*) FILTER (WHERE NOT payments.is_settled_after) OVER so_far AS times_open
    FROM payments
    INNER JOIN run.parameters AS run ON payments.paid_on < run.as_of
    SEMI JOIN moved
        ON payments.company_id = moved.company_id AND payments.receivable_id = moved.receivable_id
    WINDOW so_far AS (PARTITION BY payments.company_id, payments.receivable_id ORDER BY payments.position)
),

evenings AS (
    SELECT
        company_id,
        receivable_id,
        paid_on AS day,
        last_returned_on,
        if(
            is_settled_after,
            min(paid_on) FILTER (WHERE is_settled_after)
                OVER (PARTITION BY company_id, receivable_id, times_open ORDER BY position),
            NULL
        ) AS paid_since
    FROM steps
    QUALIFY row_number() OVER (PARTITION BY company_id, receivable_id, paid_on ORDER BY position DESC) = 1
),

clearings AS (
    SELECT
        totals.company_id,
        totals.receivable_id,
        totals.cleared_on
    FROM staging.receivable_totals AS totals
    INNER JOIN run.parameters AS run ON totals.cleared_on < run.as_of
    SEMI JOIN moved
        ON totals.company_id = moved.company_id AND totals.receivable_id = moved.receivable_id
),

events AS (
    SELECT
        company_id,
        receivable_id,
        day
    FROM evenings
    UNION
    SELECT
        company_id,
        receivable_id,
        cleared_on AS day
    FROM clearings
),

standing AS (
    SELECT
        events.company_id,
        events.receivable_id,
        events.day,
        coalesce(
            evenings.paid_since,
            if(
                clearings.cleared_on <= events.day
                AND coalesce(clearings.cleared_on >= evenings.last_returned_on, TRUE),
                greatest(clearings.cleared_on, evenings.day),
                NULL
            )
        ) AS settled_on
    FROM events
    ASOF LEFT JOIN evenings
        ON
            events.company_id = evenings.company_id
            AND events.receivable_id = evenings.receivable_id
            AND events.day >= evenings.day
    LEFT JOIN clearings
        ON events.company_id = clearings.company_id AND events.receivable_id = clearings.receivable_id
)

SELECT
    company_id,
    receivable_id,
    settled_on,
    day AS stands_after,
    lead(day, 1, DATE 'infinity') OVER (PARTITION BY company_id, receivable_id ORDER BY day) AS stands_until
FROM standing
UNION ALL
SELECT
    company_id,
    receivable_id,
    NULL AS settled_on,
    DATE '-infinity' AS stands_after,
    min(day) AS stands_until
FROM events
GROUP BY company_id, receivable_id
