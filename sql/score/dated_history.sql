-- What each customer's receivables looked like on two days: on the evening before as_of, and score_change_days earlier.
-- Grain: company, customer, scored_on (as_of, or as_of - score_change_days); only those with an invoice or debit note
-- issued before scored_on. Columns as in score.customer_history, from which both halves are taken.
-- Materialized: view
SELECT
    history.company_id,
    history.customer_id,
    run.as_of AS scored_on,
    history.first_invoice_on,
    history.first_settled_on,
    history.last_settled_on,
    history.settled_count,
    history.late_count,
    history.days_late_sum,
    history.late_days_sum,
    history.median_days_late,
    history.recent_settled_count,
    history.recent_late_count,
    history.recent_days_late_sum,
    history.last_outcomes,
    history.open_count,
    history.overdue_count,
    history.greatest_days_overdue
FROM score.customer_history AS history
CROSS JOIN run.parameters AS run
UNION ALL
SELECT
    history.company_id,
    history.customer_id,
    run.as_of - card.score_change_days AS scored_on,
    history.first_invoice_on,
    if(history.first_settled_on < run.as_of - card.score_change_days, history.first_settled_on, NULL)
        AS first_settled_on,
    -- The newest of the last outcomes, which begin with the day.
    DATE '1990-01-01' + (history.last_outcomes_before[1] // 10000)::INTEGER AS last_settled_on,
    history.settled_count_before AS settled_count,
    history.late_count_before AS late_count,
    history.days_late_sum_before AS days_late_sum,
    history.late_days_sum_before AS late_days_sum,
    history.median_days_late_before AS median_days_late,
    history.recent_settled_count_before AS recent_settled_count,
    history.recent_late_count_before AS recent_late_count,
    history.recent_days_late_sum_before AS recent_days_late_sum,
    history.last_outcomes_before AS last_outcomes,
    history.open_count_before AS open_count,
    history.overdue_count_before AS overdue_count,
    history.greatest_days_overdue_before AS greatest_days_overdue
FROM score.customer_history AS history
CROSS JOIN run.parameters AS run
CROSS JOIN policy.scorecard_parameters AS card
WHERE history.first_invoice_on < run.as_of - card.score_change_days
