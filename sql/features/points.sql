-- What is to be scored, and on which day: the run's open receivables on as_of, or past receivables on past days.
-- Grain: company, receivable, scored_on. Input: scoring.points (tasks/score/points.py). Only receivables that were
-- issued by scored_on and not yet settled before it.
-- days_overdue: scored_on less due_on, negative before it. settled_on, is_open: what became of it in the end
-- (features.items.outcome_on), which is no feature; between payment and return an item is no point.
-- is_customer: a usual receivable that stands for its customer (features.usual_receivables), of which nothing can come.
-- Materialized: table
SELECT
    items.company_id,
    items.customer_id,
    items.receivable_id,
    points.scored_on,
    items.currency,
    items.amount,
    items.invoice_date,
    items.due_date,
    items.due_on,
    items.outcome_on AS settled_on,
    items.outcome_on IS NULL AND (items.is_open OR items.settled_on IS NOT NULL) AS is_open,
    date_diff('day', items.due_on, points.scored_on) AS days_overdue,
    items.due_weekday,
    items.terms_band,
    items.month_part,
    items.branch,
    items.document_type,
    items.payment_method,
    items.country,
    items.zone,
    items.sector,
    items.customer_class,
    items.attribute_1,
    items.attribute_2,
    items.attribute_3,
    items.attribute_4,
    items.attribute_5,
    items.attribute_6,
    FALSE AS is_customer
FROM scoring.points AS points
INNER JOIN features.items AS items
    ON
        points.company_id = items.company_id
        AND points.receivable_id = items.receivable_id
        AND points.scored_on > items.stands_after
        AND points.scored_on <= items.stands_until
WHERE
    items.invoice_date <= points.scored_on
    AND (items.settled_on IS NULL OR items.settled_on >= points.scored_on)
UNION ALL
SELECT
    usual.company_id,
    usual.customer_id,
    usual.receivable_id,
    usual.scored_on,
    usual.currency,
    usual.amount,
    usual.invoice_date,
    usual.due_date,
    usual.due_on,
    NULL AS settled_on,
    FALSE AS is_open,
    usual.days_overdue,
    usual.due_weekday,
    usual.terms_band,
    usual.month_part,
    usual.branch,
    usual.document_type,
    usual.payment_method,
    usual.country,
    usual.zone,
    usual.sector,
    usual.customer_class,
    usual.attribute_1,
    usual.attribute_2,
    usual.attribute_3,
    usual.attribute_4,
    usual.attribute_5,
    usual.attribute_6,
    TRUE AS is_customer
FROM features.usual_receivables AS usual
