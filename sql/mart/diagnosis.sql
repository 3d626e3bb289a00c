-- What an analyst would say about the portfolio: where the risk sits, who changed, what to prevent this week, how much
-- hangs on few, and which gaps in the data weaken the score.
-- Grain: one row per finding (company_id, kind, currency, rank); rank 1 first.
-- Units: amounts in the row's currency, positive; shares and probabilities 0-1. Currency '*': counts over all
-- currencies; '?': refused rows whose currency cannot be read.
-- Findings of each kind, with their limits: the relations of schema diagnosis that are read here.
-- Materialized: view
WITH findings AS (
    SELECT
        company_id,
        'total' AS kind,
        currency,
        row_number() OVER (PARTITION BY company_id, currency ORDER BY finding = 'open' DESC, finding ASC) AS rank,
        finding,
        customers,
        receivables,
        open_amount,
        overdue_amount,
        at_risk_amount,
        expected_loss,
        open_share,
        risk_share
    FROM diagnosis.totals
    UNION ALL BY NAME
    SELECT
        company_id,
        'where_risk_sits' AS kind,
        currency,
        rank,
        finding,
        dimension,
        dimension_value,
        customer_id,
        customers,
        receivables,
        open_amount,
        overdue_amount,
        at_risk_amount,
        expected_loss,
        open_share,
        risk_share
    FROM diagnosis.risk
    UNION ALL BY NAME
    SELECT
        changes.company_id,
        'who_changed' AS kind,
        changes.currency,
        row_number() OVER (
            PARTITION BY changes.company_id, changes.currency
            ORDER BY
                list_position(
                    [
                        'stopped_paying',
                        'early_warning',
                        'score_rose',
                        'got_worse',
                        'first_overdue',
                        'score_fell',
                        'got_better'
                    ],
                    changes.finding
                ) ASC,
                changes.place ASC
        ) AS rank,
        changes.finding,
        changes.customer_id,
        1 AS customers,
        changes.receivables,
        changes.open_amount,
        changes.overdue_amount,
        changes.at_risk_amount,
        changes.expected_loss,
        changes.open_amount::DOUBLE / portfolio.open_amount AS open_share,
        changes.late_amount::DOUBLE / nullif(portfolio.late_amount, 0) AS risk_share,
        changes.measure,
        changes.value_before,
        changes.value_after,
        changes.risk_grade_before,
        changes.risk_grade,
        changes.risk_score_change,
        changes.early_warnings
    FROM diagnosis.changes AS changes
    CROSS JOIN diagnosis.parameters AS parameters
    INNER JOIN diagnosis.portfolio AS portfolio
        ON changes.company_id = portfolio.company_id AND changes.currency = portfolio.currency
    WHERE changes.place <= parameters.rows_listed
    UNION ALL BY NAME
    SELECT
        soon.company_id,
        'prevent_this_week' AS kind,
        soon.currency,
        soon.place AS rank,
        soon.finding,
        soon.customer_id,
        soon.receivable_id,
        1 AS customers,
        1 AS receivables,
        soon.open_amount,
        0 AS overdue_amount,
        soon.at_risk_amount,
        soon.expected_loss,
        soon.open_amount::DOUBLE / portfolio.open_amount AS open_share,
        soon.at_risk_amount::DOUBLE / nullif(portfolio.late_amount, 0) AS risk_share,
        'days_late' AS measure,
        soon.usual_days_late AS value_before,
        soon.expected_days_late AS value_after,
        soon.late_probability,
        soon.due_date,
        soon.next_action_on,
        soon.reason,
        soon.contact_task,
        soon.score_reasons
    FROM diagnosis.due_soon AS soon
    CROSS JOIN diagnosis.parameters AS parameters
    INNER JOIN diagnosis.portfolio AS portfolio
        ON soon.company_id = portfolio.company_id AND soon.currency = portfolio.currency
    WHERE soon.place <= parameters.rows_listed
    UNION ALL BY NAME
    SELECT
        company_id,
        'concentration' AS kind,
        currency,
        row_number() OVER (PARTITION BY company_id, currency ORDER BY position) AS rank,
        finding,
        customer_id,
        customers,
        receivables,
        open_amount,
        overdue_amount,
        at_risk_amount,
        expected_loss,
        open_share,
        if(value_after IS NULL, NULL, 'herfindahl') AS measure,
        value_after
    FROM diagnosis.concentration
    UNION ALL BY NAME
    SELECT
        company_id,
        'data_gap' AS kind,
        currency,
        rank,
        finding,
        receivables,
        open_amount,
        open_share,
        counted,
        out_of,
        counted_share,
        if(value_after IS NULL, NULL, 'months') AS measure,
        value_after
    FROM diagnosis.gaps
)

SELECT
    company_id,
    kind,
    currency,
    rank,
    finding,
    dimension,
    dimension_value,
    customer_id,
    receivable_id,
    customers,
    receivables,
    open_amount::DECIMAL(18, 2) AS open_amount,
    overdue_amount::DECIMAL(18, 2) AS overdue_amount,
    at_risk_amount::DECIMAL(18, 2) AS at_risk_amount,
    expected_loss::DECIMAL(18, 2) AS expected_loss,
    open_share,
    risk_share,
    counted,
    out_of,
    counted_share,
    measure,
    value_before,
    value_after,
    late_probability,
    due_date,
    next_action_on,
    reason,
    contact_task,
    score_reasons,
    risk_grade_before,
    risk_grade,
    risk_score_change,
    early_warnings
FROM findings
