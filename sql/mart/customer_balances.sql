-- What each customer owes, by ageing, and what stands against it. Nothing is netted across currencies.
-- Grain: one row per customer and currency with an open receivable or a credit (company_id, customer_id, currency).
-- Units and signs: amounts in the row's currency, positive; net_amount = open_amount - credit_amount may be negative.
-- Source of the buckets: staging.open_receivables: by due date, the right end included.
-- Materialized: view
WITH owed AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.currency,
        count(*) AS open_receivables,
        count(*) FILTER (WHERE r.days_overdue > 0) AS overdue_receivables,
        sum(r.open_amount) AS open_amount,
        sum(r.open_amount) FILTER (WHERE r.days_overdue <= 0) AS not_due_amount,
        sum(r.open_amount) FILTER (WHERE r.days_overdue > 0) AS overdue_amount,
        sum(r.open_amount) FILTER (WHERE r.aging_bucket = '1-30') AS overdue_1_30_amount,
        sum(r.open_amount) FILTER (WHERE r.aging_bucket = '31-60') AS overdue_31_60_amount,
        sum(r.open_amount) FILTER (WHERE r.aging_bucket = '61-90') AS overdue_61_90_amount,
        sum(r.open_amount) FILTER (WHERE r.aging_bucket = '90+') AS overdue_over_90_amount,
        greatest(max(r.days_overdue), 0) AS max_days_overdue,
        sum(losses.expected_loss) AS expected_loss
    FROM staging.open_receivables AS r
    LEFT JOIN loss.expected_losses AS losses
        ON r.company_id = losses.company_id AND r.receivable_id = losses.receivable_id
    GROUP BY r.company_id, r.customer_id, r.currency
)

SELECT
    coalesce(o.company_id, c.company_id) AS company_id,
    coalesce(o.customer_id, c.customer_id) AS customer_id,
    coalesce(o.currency, c.currency) AS currency,
    coalesce(o.open_receivables, 0) AS open_receivables,
    coalesce(o.overdue_receivables, 0) AS overdue_receivables,
    coalesce(o.open_amount, 0) AS open_amount,
    coalesce(o.not_due_amount, 0) AS not_due_amount,
    coalesce(o.overdue_amount, 0) AS overdue_amount,
    coalesce(o.overdue_1_30_amount, 0) AS overdue_1_30_amount,
    coalesce(o.overdue_31_60_amount, 0) AS overdue_31_60_amount,
    coalesce(o.overdue_61_90_amount, 0) AS overdue_61_90_amount,
    coalesce(o.overdue_over_90_amount, 0) AS overdue_over_90_amount,
    coalesce(o.max_days_overdue, 0) AS max_days_overdue,
    coalesce(c.credit_notes_amount, 0) AS credit_notes_amount,
    coalesce(c.unapplied_amount, 0) AS unapplied_amount,
    coalesce(c.credit_amount, 0) AS credit_amount,
    coalesce(o.open_amount, 0) - coalesce(c.credit_amount, 0) AS net_amount,
    coalesce(o.expected_loss, 0) AS expected_loss
FROM owed AS o
FULL OUTER JOIN staging.credits AS c
    ON o.company_id = c.company_id AND o.customer_id = c.customer_id AND o.currency = c.currency
