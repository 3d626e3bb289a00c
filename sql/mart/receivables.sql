-- What is owed at the run's date: the item, its score and the run's decision side by side.
-- Grain: one row per open receivable (company_id, receivable_id).
-- Units: amounts in the row's currency, positive; late_probability 0-1; days_overdue negative before the due date.
-- Columns and their meaning: data_contracts/mart_receivables.odcs.yaml.
-- Materialized: view
WITH scores AS (
    SELECT
        company_id,
        receivable_id,
        late_probability,
        very_late_probability,
        expected_days_late,
        expected_pay_date,
        points,
        has_history,
        log_odds,
        parts,
        model,
        method,
        confidence,
        list_transform(reasons, LAMBDA reason: struct_extract(reason, 'code')) AS score_reasons
    FROM score.receivable_scores
)

SELECT
    r.company_id,
    r.customer_id,
    r.receivable_id,
    r.document_number,
    r.document_type,
    r.instalment_number,
    r.invoice_date,
    r.due_date,
    r.is_due_date_derived,
    r.currency,
    r.amount,
    r.open_amount,
    r.days_overdue,
    r.aging_bucket,
    r.payment_method,
    r.payment_document_status,
    r.is_disputed,
    r.document_references,
    s.late_probability,
    s.very_late_probability,
    delays.default_probability,
    s.expected_days_late,
    s.expected_pay_date,
    delays.early_pay_date,
    delays.late_pay_date,
    losses.expected_loss,
    s.points,
    s.has_history,
    s.score_reasons,
    s.log_odds AS score_log_odds,
    s.parts AS score_parts,
    s.model AS score_model,
    s.method AS score_method,
    s.confidence AS score_confidence,
    d.segment,
    d.ladder,
    d.decision,
    d.reason,
    d.step,
    d.channel,
    d.next_action_on,
    d.needs_approval,
    d.reminder_key,
    r.is_assigned
FROM staging.open_receivables AS r
LEFT JOIN scores AS s ON r.company_id = s.company_id AND r.receivable_id = s.receivable_id
LEFT JOIN delays.pay_delays AS delays
    ON r.company_id = delays.company_id AND r.receivable_id = delays.receivable_id
LEFT JOIN loss.expected_losses AS losses
    ON r.company_id = losses.company_id AND r.receivable_id = losses.receivable_id
LEFT JOIN decide.decisions AS d ON r.company_id = d.company_id AND r.receivable_id = d.receivable_id
