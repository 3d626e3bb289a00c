-- What is to be scored, and on which day: the run's open receivables on as_of, or past receivables on past days.
-- Grain: company, receivable, scored_on. Input: scoring.points (tasks/score/points.py). Only receivables that were
-- issued by scored_on and not yet settled before it.
-- days_overdue: scored_on less due_on, negative before it.
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
    items.settled_on,
    items.is_open,
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
    items.attribute_6
FROM scoring.points AS points
INNER JOIN features.items AS items
    ON points.company_id = items.company_id AND points.receivable_id = items.receivable_id
WHERE
    items.invoice_date <= points.scored_on
    AND (items.settled_on IS NULL OR items.settled_on >= points.scored_on)
