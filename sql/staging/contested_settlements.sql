-- How the receivables of staging.contested_payments stand, on as_of and on the evening before it.
-- Grain: company, receivable. paid_amount in `currency`, signed like the receivable. settled_on: since when it has
-- been fully paid without interruption; NULL while it is open. The `_before` columns leave out what happened on as_of
-- itself: a score made that morning could not know it.
-- Materialized: table
WITH payments AS (
    SELECT
        payments.company_id,
        payments.receivable_id,
        payments.position,
        payments.paid_on,
        payments.applied_amount,
        payments.is_returned,
        payments.paid_on < run.as_of AS is_before,
        coalesce(
            max(payments.position) FILTER (WHERE NOT payments.is_settled_after) OVER of_receivable,
            0
        ) AS last_open_position,
        coalesce(
            max(payments.position) FILTER (
                WHERE NOT payments.is_settled_after AND payments.paid_on < run.as_of
            ) OVER of_receivable,
            0
        ) AS last_open_position_before
    FROM staging.contested_payments AS payments
    CROSS JOIN run.parameters AS run
    WINDOW of_receivable AS (PARTITION BY payments.company_id, payments.receivable_id)
)

SELECT
    company_id,
    receivable_id,
    sum(applied_amount)::DECIMAL(18, 2) AS paid_amount,
    max(paid_on) AS last_paid_on,
    max(paid_on) FILTER (WHERE is_before) AS last_paid_on_before,
    max(paid_on) FILTER (WHERE is_returned) AS last_returned_on,
    max(paid_on) FILTER (WHERE is_returned AND is_before) AS last_returned_on_before,
    min(paid_on) FILTER (WHERE position > last_open_position) AS settled_on,
    min(paid_on) FILTER (WHERE is_before AND position > last_open_position_before) AS settled_on_before
FROM payments
GROUP BY company_id, receivable_id
