-- Customers whose way to pay moves, before anything is overdue: warnings made from documents and settlements.
-- Grain: company, customer, warning, and currency of buys_more_pays_later. Columns: see score.early_warnings.
-- pays_later: the median days from due date to settlement of the last recent_days are later_days or more above those
-- before the last score_change_days; both of least_settled settlements or more.
-- first_late: a customer of whose settlements before hardly any was more than first_late_days late has first_late_count
-- of them now, and one that is first_late_greatest_days late.
-- unpaid_past_usual_day: something not yet due is unpaid past_usual_days or more after the day on which the median
-- receivable of the customer is settled; it warns of customers who used to pay early.
-- buys_more_pays_later: invoiced in the last score_change_days buys_more_times what is usual, and the median settlement
-- moved as well.
-- Constants and sources: tasks/score/early_warnings.yaml.
-- Materialized: view
WITH moved AS (
    SELECT
        recent.company_id,
        recent.customer_id,
        recent.settled_count,
        recent.very_late_count,
        recent.greatest_days_late,
        recent.later_since,
        recent.first_late_on,
        recent.median_days_late,
        history.median_days_late AS median_days_late_before,
        history.settled_count AS settled_count_before,
        history.very_late_count AS very_late_count_before,
        recent.median_days_late - history.median_days_late AS days_moved
    FROM score.recent_settlements AS recent
    INNER JOIN earlier.customer_history AS history
        ON recent.company_id = history.company_id AND recent.customer_id = history.customer_id
    CROSS JOIN policy.early_warning_parameters AS limits
    WHERE history.settled_count >= limits.least_settled
),

waiting AS (
    SELECT
        items.company_id,
        items.customer_id,
        count(*) AS current_count,
        min(items.due_date) AS first_due_date
    FROM score.open_before AS items
    INNER JOIN run.parameters AS run ON items.due_date >= run.as_of
    GROUP BY items.company_id, items.customer_id
),

billed AS (
    SELECT
        usual.company_id,
        usual.customer_id,
        usual.currency,
        usual.recent_receivables,
        usual.recent_amount::DOUBLE AS amount,
        card.score_change_days * (usual.amount - usual.recent_amount)::DOUBLE
        / (date_diff('day', usual.first_invoice_on, run.as_of) - card.score_change_days) AS usual_amount,
        run.as_of - card.score_change_days AS since
    FROM score.usual_amounts AS usual
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.scorecard_parameters AS card
    CROSS JOIN policy.early_warning_parameters AS limits
    WHERE usual.first_invoice_on <= run.as_of - card.score_change_days - limits.buys_more_history_days
)

SELECT
    moved.company_id,
    moved.customer_id,
    'pays_later' AS warning,
    moved.later_since AS since,
    moved.days_moved AS strength,
    moved.median_days_late_before AS value_before,
    moved.median_days_late AS value_after,
    moved.settled_count AS item_count,
    NULL::VARCHAR AS currency
FROM moved
CROSS JOIN policy.early_warning_parameters AS limits
WHERE moved.settled_count >= limits.least_settled AND moved.days_moved >= limits.later_days
UNION ALL
SELECT
    moved.company_id,
    moved.customer_id,
    'first_late' AS warning,
    moved.first_late_on AS since,
    moved.greatest_days_late AS strength,
    moved.median_days_late_before AS value_before,
    moved.greatest_days_late AS value_after,
    moved.very_late_count AS item_count,
    NULL::VARCHAR AS currency
FROM moved
CROSS JOIN policy.early_warning_parameters AS limits
WHERE
    moved.very_late_count >= limits.first_late_count
    AND moved.greatest_days_late >= limits.first_late_greatest_days
    AND moved.very_late_count_before <= limits.first_late_share * moved.settled_count_before
UNION ALL
SELECT
    waiting.company_id,
    waiting.customer_id,
    'unpaid_past_usual_day' AS warning,
    waiting.first_due_date + floor(history.median_days_late)::INTEGER AS since,
    date_diff('day', waiting.first_due_date, run.as_of) - history.median_days_late AS strength,
    history.median_days_late AS value_before,
    date_diff('day', waiting.first_due_date, run.as_of) AS value_after,
    waiting.current_count AS item_count,
    NULL::VARCHAR AS currency
FROM waiting
INNER JOIN score.customer_history AS history
    ON waiting.company_id = history.company_id AND waiting.customer_id = history.customer_id
CROSS JOIN run.parameters AS run
CROSS JOIN policy.early_warning_parameters AS limits
WHERE
    history.settled_count >= limits.least_settled
    AND date_diff('day', waiting.first_due_date, run.as_of) - history.median_days_late >= limits.past_usual_days
UNION ALL
SELECT
    billed.company_id,
    billed.customer_id,
    'buys_more_pays_later' AS warning,
    billed.since,
    billed.amount / billed.usual_amount AS strength,
    billed.usual_amount AS value_before,
    billed.amount AS value_after,
    billed.recent_receivables AS item_count,
    billed.currency
FROM billed
INNER JOIN moved ON billed.company_id = moved.company_id AND billed.customer_id = moved.customer_id
CROSS JOIN policy.early_warning_parameters AS limits
WHERE
    moved.settled_count >= limits.least_settled
    AND moved.days_moved >= limits.buys_more_later_days
    AND billed.usual_amount > 0
    AND billed.amount >= limits.buys_more_times * billed.usual_amount
