-- By when what comes before the due date must be said, so that the customer's pay run can still take it in.
-- Grain: one row per receivable that is not due yet, of a customer who pays in runs (company_id, receivable_id).
-- tell_by: the strategy's pay_run_lead_days before the last run on or before the due date; only where the receivable
-- was invoiced by then. Empty where the strategy gives no lead.
-- Materialized: table
WITH ends AS (
    SELECT
        i.company_id,
        i.receivable_id,
        i.invoice_date,
        max(r.last_on) - any_value(settings.pay_run_lead_days) AS tell_by
    FROM decide.items AS i
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.parameters AS settings ON settings.pay_run_lead_days IS NOT NULL
    INNER JOIN segment.pay_habits AS h ON i.company_id = h.company_id AND i.customer_id = h.customer_id
    INNER JOIN segment.run_days AS r
        ON
            i.due_date = r.day
            AND coalesce(h.weekday, 0) = coalesce(r.weekday, 0)
            AND coalesce(h.month_day, 0) = coalesce(r.month_day, 0)
    WHERE i.due_date > run.as_of AND i.ladder IS NOT NULL
    GROUP BY i.company_id, i.receivable_id, i.invoice_date
)

SELECT
    company_id,
    receivable_id,
    tell_by
FROM ends
WHERE tell_by >= invoice_date
