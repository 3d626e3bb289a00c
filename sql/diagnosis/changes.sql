-- Who changed: debtors that pay otherwise than they used to, with what was before and what is now.
-- Grain: company, customer, finding; of customers with something open, in the currency in which they are nearest to the
-- largest debtor (parties.debtors). Amounts in that currency, as in diagnosis.items.
-- finding: 'got_worse', 'got_better' (trend of the score: the last 150 days against the time before), 'first_overdue'
-- (never late, now overdue), 'stopped_paying' (overdue, and nothing settled for far longer than usual), 'early_warning'
-- (mart.early_warnings), 'score_rose', 'score_fell' (the score against the one 90 days ago; higher is riskier).
-- measure: 'late_share' (0-1) or 'days_late' (mean of settled ones, days) of the trend, whichever moved as it says;
-- 'days_overdue' of the oldest one; 'days_between': mean days from one settled receivable to the next, and days since
-- the last; 'risk_score' (0-1000); of early_warning the customer's strongest warning, values as in mart.early_warnings.
-- early_warnings: all of the customer's, strongest first; of early_warning only.
-- place: most late money first. Of the score's change the greatest first. Of early_warning the customer that owes most
-- of each warning, strongest warning first, then the second of each, so that a frequent warning hides no other.
-- Days before the limits of a finding: diagnosis.parameters. Habits: score.customer_history, known before as_of.
-- Materialized: table
WITH habits AS (
    SELECT
        history.company_id,
        history.customer_id,
        history.settled_count,
        history.late_count,
        history.greatest_days_overdue,
        date_diff('day', history.first_invoice_on, history.last_settled_on) / nullif(history.settled_count, 0)
            AS days_between,
        date_diff('day', history.last_settled_on, run.as_of) AS days_since_settled,
        history.late_count - history.recent_late_count AS late_count_before,
        history.settled_count - history.recent_settled_count AS settled_count_before,
        history.days_late_sum - history.recent_days_late_sum AS days_late_sum_before,
        history.recent_late_count,
        history.recent_settled_count,
        history.recent_days_late_sum,
        scores.trend
    FROM score.customer_history AS history
    CROSS JOIN run.parameters AS run
    INNER JOIN score.customer_scores AS scores
        ON history.company_id = scores.company_id AND history.customer_id = scores.customer_id
),

measured AS (
    SELECT
        *,
        late_count_before / nullif(settled_count_before, 0) AS late_share_before,
        recent_late_count / nullif(recent_settled_count, 0) AS late_share_after,
        days_late_sum_before / nullif(settled_count_before, 0) AS days_late_before,
        recent_days_late_sum / nullif(recent_settled_count, 0) AS days_late_after
    FROM habits
),

moved AS (
    SELECT
        company_id,
        customer_id,
        if(trend = 'worse', 'got_worse', 'got_better') AS finding,
        -- A tenth of all invoices is a change that people see.
        if(trend = 'worse', late_share_after - late_share_before, late_share_before - late_share_after) >= 0.1
            AS is_by_share,
        late_share_before,
        late_share_after,
        days_late_before,
        days_late_after
    FROM measured
    WHERE trend IN ('worse', 'better')
),

found AS (
    SELECT
        company_id,
        customer_id,
        finding,
        if(is_by_share, 'late_share', 'days_late') AS measure,
        if(is_by_share, late_share_before, days_late_before) AS value_before,
        if(is_by_share, late_share_after, days_late_after) AS value_after
    FROM moved
    UNION ALL
    SELECT
        measured.company_id,
        measured.customer_id,
        'first_overdue' AS finding,
        'days_overdue' AS measure,
        0 AS value_before,
        measured.greatest_days_overdue AS value_after
    FROM measured
    CROSS JOIN diagnosis.parameters AS parameters
    WHERE
        measured.settled_count >= parameters.least_settled
        AND measured.late_count = 0
        AND measured.greatest_days_overdue >= parameters.first_overdue_days
    UNION ALL
    SELECT
        measured.company_id,
        measured.customer_id,
        'stopped_paying' AS finding,
        'days_between' AS measure,
        measured.days_between AS value_before,
        measured.days_since_settled AS value_after
    FROM measured
    CROSS JOIN diagnosis.parameters AS parameters
    WHERE
        measured.settled_count >= parameters.least_settled
        AND measured.greatest_days_overdue >= parameters.first_overdue_days
        AND measured.days_since_settled
        >= greatest(parameters.least_silent_days, parameters.silent_intervals * measured.days_between)
    UNION ALL
    SELECT
        company_id,
        customer_id,
        'early_warning' AS finding,
        strongest AS measure,
        value_before,
        value_after
    FROM diagnosis.warned
    UNION ALL
    SELECT
        scores.company_id,
        scores.customer_id,
        if(scores.risk_score > earlier.risk_score, 'score_rose', 'score_fell') AS finding,
        'risk_score' AS measure,
        earlier.risk_score AS value_before,
        scores.risk_score AS value_after
    FROM score.customer_scores AS scores
    INNER JOIN earlier.customer_scores AS earlier
        ON scores.company_id = earlier.company_id AND scores.customer_id = earlier.customer_id
    CROSS JOIN diagnosis.parameters AS parameters
    WHERE abs(scores.risk_score - earlier.risk_score) >= parameters.least_score_change
),

owing AS (
    SELECT
        found.company_id,
        found.customer_id,
        found.finding,
        main.currency,
        owed.receivables,
        owed.open_amount,
        owed.overdue_amount,
        owed.at_risk_amount,
        owed.late_amount,
        owed.expected_loss,
        found.measure,
        found.value_before::DOUBLE AS value_before,
        found.value_after::DOUBLE AS value_after,
        earlier.risk_grade AS risk_grade_before,
        scores.risk_grade,
        scores.risk_score - earlier.risk_score AS risk_score_change,
        warned.early_warnings,
        warned.severity,
        row_number() OVER (
            PARTITION BY found.company_id, main.currency, found.finding, warned.severity
            ORDER BY owed.late_amount DESC, owed.open_amount DESC, found.customer_id ASC
        ) AS turn
    FROM found
    INNER JOIN parties.debtors AS main ON found.company_id = main.company_id AND found.customer_id = main.customer_id
    INNER JOIN diagnosis.debtors AS owed
        ON
            found.company_id = owed.company_id
            AND found.customer_id = owed.customer_id
            AND main.currency = owed.currency
    INNER JOIN score.customer_scores AS scores
        ON found.company_id = scores.company_id AND found.customer_id = scores.customer_id
    LEFT JOIN earlier.customer_scores AS earlier
        ON found.company_id = earlier.company_id AND found.customer_id = earlier.customer_id
    LEFT JOIN diagnosis.warned AS warned
        ON
            found.company_id = warned.company_id
            AND found.customer_id = warned.customer_id
            AND found.finding = 'early_warning'
    CROSS JOIN diagnosis.parameters AS parameters
    WHERE
        found.finding NOT IN ('first_overdue', 'stopped_paying')
        OR owed.overdue_amount >= parameters.least_overdue_share * owed.open_amount
)

SELECT
    company_id,
    customer_id,
    finding,
    currency,
    receivables,
    open_amount,
    overdue_amount,
    at_risk_amount,
    late_amount,
    expected_loss,
    measure,
    value_before,
    value_after,
    risk_grade_before,
    risk_grade,
    risk_score_change,
    early_warnings,
    row_number() OVER (
        PARTITION BY company_id, currency, finding
        ORDER BY
            if(finding = 'early_warning', turn, 0) ASC,
            severity ASC,
            if(measure = 'risk_score', abs(risk_score_change), 0) DESC,
            late_amount DESC,
            open_amount DESC,
            customer_id ASC
    ) AS place
FROM owing
