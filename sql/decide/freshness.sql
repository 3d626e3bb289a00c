-- How old the newest news about payments is: bookings of the payments exports, and settlements that receivables
-- exports state.
-- Grain: one row. is_fresh is TRUE where the strategy does not look; FALSE where it does and no payment ever came.
-- Materialized: table
WITH bookings AS (
    SELECT paid_on AS booked_on FROM landing.payments
    UNION ALL
    SELECT cleared_on AS booked_on FROM landing.receivables
),

newest AS (
    SELECT max(b.booked_on) AS newest_booking_on
    FROM bookings AS b
    CROSS JOIN run.parameters AS run
    WHERE b.booked_on <= run.as_of
)

SELECT
    n.newest_booking_on,
    p.payments_fresh_within_days,
    coalesce(
        p.payments_fresh_within_days IS NULL OR run.as_of - n.newest_booking_on <= p.payments_fresh_within_days,
        FALSE
    ) AS is_fresh
FROM newest AS n
CROSS JOIN policy.parameters AS p
CROSS JOIN run.parameters AS run
