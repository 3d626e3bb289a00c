-- What to prevent this week: receivables that fall due within days (diagnosis.parameters), with what to do about each.
-- Grain: company, receivable, not yet due and not ceded. Amounts in `currency`, as in diagnosis.items.
-- place: by expected late money within the currency. usual_days_late: the customer's median, NULL without history.
-- finding: 'reminder_today' and 'reminder_before_due' (the run's decisions see to it), 'call_before_due' (no reminder
-- leaves before the due date), 'complete_contact' (nobody can be reached by the step), 'held_back' (nothing is said,
-- for `reason`). contact_task: what stands in the way of a step that finds nobody, else the first thing to ask for so
-- that the customer can be reached in every way (mart.contact_tasks).
-- Materialized: table
WITH gaps AS (
    SELECT
        company_id,
        customer_id,
        arg_min(task, priority) AS contact_task,
        arg_min(task, priority) FILTER (WHERE task IN ('add_contact', 'correct_email', 'add_email')) AS email_task
    FROM mart.contact_tasks
    WHERE task IN ('add_contact', 'correct_email', 'add_email', 'correct_phone', 'add_phone')
    GROUP BY company_id, customer_id
),

reasons AS (
    SELECT
        company_id,
        receivable_id,
        expected_days_late,
        list_transform(reasons, LAMBDA reason: struct_extract(reason, 'code')) AS score_reasons
    FROM score.receivable_scores
)

SELECT
    items.company_id,
    items.customer_id,
    items.receivable_id,
    items.currency,
    items.due_date,
    items.open_amount,
    items.at_risk_amount,
    items.expected_loss,
    items.late_probability,
    reasons.expected_days_late,
    customers.median_days_late AS usual_days_late,
    reasons.score_reasons,
    decisions.reason,
    decisions.next_action_on,
    if(
        decisions.reason = 'no_usable_contact' AND decisions.channel = 'email',
        -- Another role may have an address; the one that the step writes to has none.
        coalesce(gaps.email_task, 'add_email'),
        gaps.contact_task
    ) AS contact_task,
    CASE
        WHEN decisions.decision = 'remind' THEN 'reminder_today'
        WHEN decisions.reason = 'no_usable_contact' THEN 'complete_contact'
        WHEN decisions.decision = 'silent' THEN 'held_back'
        WHEN decisions.next_action_on <= items.due_date THEN 'reminder_before_due'
        ELSE 'call_before_due'
    END AS finding,
    row_number() OVER (
        PARTITION BY items.company_id, items.currency
        ORDER BY items.at_risk_amount DESC, items.due_date ASC, items.receivable_id ASC
    ) AS place
FROM diagnosis.items AS items
CROSS JOIN diagnosis.parameters AS parameters
LEFT JOIN reasons ON items.company_id = reasons.company_id AND items.receivable_id = reasons.receivable_id
LEFT JOIN score.customer_scores AS customers
    ON items.company_id = customers.company_id AND items.customer_id = customers.customer_id
LEFT JOIN decide.decisions AS decisions
    ON items.company_id = decisions.company_id AND items.receivable_id = decisions.receivable_id
LEFT JOIN gaps ON items.company_id = gaps.company_id AND items.customer_id = gaps.customer_id
WHERE items.days_overdue BETWEEN -parameters.due_within_days AND 0 AND NOT items.is_assigned
