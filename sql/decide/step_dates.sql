-- The day on which each step of a receivable's ladder can be said, if it still can.
-- Grain: one row per open receivable with a ladder and step (company_id, receivable_id, step_rank).
-- opens_on NULL: never (a higher step was said, its repetitions are used up, or the step it follows was not said).
-- Rules of docs/strategy.md: days of after_due count from the due date plus the tolerance; what speaks of a due or
-- overdue
-- receivable never opens before it is that; what speaks of a receivable before its due date closes the day before.
-- Materialized: view
WITH last_said AS (
    SELECT
        company_id,
        receivable_id,
        max(step_rank) AS step_rank
    FROM decide.said
    GROUP BY company_id, receivable_id
),

anchored AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.due_date,
        s.ladder,
        s.step_rank,
        s.step,
        s.purpose,
        l.step_rank AS said_rank,
        p.tolerance_days,
        CASE
            WHEN s.step_rank < l.step_rank THEN NULL
            WHEN s.step_rank = l.step_rank
                THEN CASE WHEN own.times_sent <= s.repeat_at_most THEN own.last_sent_on + s.repeat_every END
            WHEN s.anchor = 'before_due' THEN i.due_date - s.days
            WHEN s.anchor = 'on_due' THEN i.due_date
            WHEN s.anchor = 'after_due' THEN i.due_date + p.tolerance_days + s.days
            WHEN s.anchor = 'after_invoice' THEN i.invoice_date + s.days
            WHEN s.anchor = 'after_step' THEN anchor.last_sent_on + s.days
        END AS counted_on
    FROM decide.items AS i
    CROSS JOIN policy.parameters AS p
    INNER JOIN policy.steps AS s ON i.ladder = s.ladder
    LEFT JOIN last_said AS l ON i.company_id = l.company_id AND i.receivable_id = l.receivable_id
    LEFT JOIN decide.said AS own
        ON i.company_id = own.company_id AND i.receivable_id = own.receivable_id AND s.step_rank = own.step_rank
    LEFT JOIN decide.said AS anchor
        ON i.company_id = anchor.company_id AND i.receivable_id = anchor.receivable_id AND s.after_step = anchor.step
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
