-- The day on which each step of a receivable's ladder can be said, if it still can.
-- Grain: one row per open receivable with a ladder and step (company_id, receivable_id, step_rank).
-- opens_on NULL: never (a higher step was said, its repetitions are used up, or the step it follows was not said).
-- Rules of docs/strategy.md: days of after_due count from the due date plus the tolerance; what speaks of a due or
-- overdue
-- receivable never opens before it is that; what speaks of a receivable before its due date closes the day before.
-- Materialized: view
WITH remembered AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.ladder,
        i.invoice_date,
        i.due_date,
        m.said_rank,
        m.last_sent_on,
        m.times_sent,
        m.said_on
    FROM decide.items AS i
    LEFT JOIN decide.memory AS m ON i.company_id = m.company_id AND i.receivable_id = m.receivable_id
    WHERE i.ladder IS NOT NULL
),

anchored AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        r.due_date,
        s.ladder,
        s.step_rank,
        s.step,
        s.purpose,
        r.said_rank,
        p.tolerance_days,
        CASE
            WHEN s.step_rank < r.said_rank THEN NULL
            WHEN s.step_rank = r.said_rank
                THEN CASE WHEN r.times_sent <= s.repeat_at_most THEN r.last_sent_on + s.repeat_every END
            WHEN s.anchor = 'before_due' THEN r.due_date - s.days
            WHEN s.anchor = 'on_due' THEN r.due_date
            WHEN s.anchor = 'after_due' THEN r.due_date + p.tolerance_days + s.days
            WHEN s.anchor = 'after_invoice' THEN r.invoice_date + s.days
            WHEN s.anchor = 'end_of_month' THEN last_day(r.due_date) + s.days
            WHEN s.anchor = 'after_step' THEN r.said_on[s.after_step] + s.days
        END AS counted_on
    FROM remembered AS r
    CROSS JOIN policy.parameters AS p
    INNER JOIN policy.steps AS s ON r.ladder = s.ladder
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    ladder,
    step_rank,
    step,
    said_rank,
    CASE
        WHEN counted_on IS NULL THEN NULL
        WHEN purpose = 'overdue' THEN greatest(counted_on, due_date + tolerance_days + 1)
        WHEN purpose = 'due' THEN greatest(counted_on, due_date)
        WHEN counted_on < due_date THEN counted_on
    END AS opens_on,
    CASE WHEN purpose = 'pre_due' THEN due_date - 1 END AS closes_on
FROM anchored
