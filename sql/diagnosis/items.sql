-- What is open, with its risk in money and everything that it is told apart by.
-- Grain: company, receivable of staging.open_receivables. Amounts in `currency`, positive; late_probability 0-1.
-- at_risk_amount: late_probability x open amount of what is not yet due, to the cent of each receivable, so that sums
-- over any groups agree; overdue_amount is late already. late_amount, the expected late money, is both.
-- Dimensions are as they are today; what nobody says is 'unknown'. terms: days from invoice to due date; size: among
-- the open amounts of the currency.
-- Materialized: table
WITH sizes AS (
    SELECT
        company_id,
        currency,
        quantile_disc(open_amount, 0.5) AS half,
        quantile_disc(open_amount, 0.9) AS tenth
    FROM staging.open_receivables
    GROUP BY company_id, currency
),

scored AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        receivables.currency,
        receivables.due_date,
        receivables.days_overdue,
        receivables.is_due_date_derived,
        receivables.is_assigned,
        receivables.open_amount,
        if(receivables.days_overdue > 0, receivables.open_amount, 0)::DECIMAL(18, 2) AS overdue_amount,
        if(receivables.days_overdue > 0, 0, round(scores.late_probability * receivables.open_amount, 2))::DECIMAL(18, 2)
            AS at_risk_amount,
        losses.expected_loss,
        scores.late_probability,
        receivables.payment_method,
        date_diff('day', receivables.invoice_date, receivables.due_date) AS terms_days,
        CASE
            WHEN receivables.open_amount >= sizes.tenth THEN 'largest_tenth'
            WHEN receivables.open_amount >= sizes.half THEN 'upper_half'
            ELSE 'lower_half'
        END AS size
    FROM staging.open_receivables AS receivables
    INNER JOIN sizes ON receivables.company_id = sizes.company_id AND receivables.currency = sizes.currency
    LEFT JOIN score.receivable_scores AS scores
        ON receivables.company_id = scores.company_id AND receivables.receivable_id = scores.receivable_id
    LEFT JOIN loss.expected_losses AS losses
        ON receivables.company_id = losses.company_id AND receivables.receivable_id = losses.receivable_id
)

SELECT
    scored.company_id,
    scored.customer_id,
    scored.receivable_id,
    scored.currency,
    scored.due_date,
    scored.days_overdue,
    scored.is_due_date_derived,
    coalesce(scored.is_assigned, FALSE) AS is_assigned,
    scored.open_amount,
    scored.overdue_amount,
    coalesce(scored.at_risk_amount, 0)::DECIMAL(18, 2) AS at_risk_amount,
    (scored.overdue_amount + coalesce(scored.at_risk_amount, 0))::DECIMAL(18, 2) AS late_amount,
    coalesce(scored.expected_loss, 0)::DECIMAL(18, 2) AS expected_loss,
    scored.late_probability,
    coalesce(segments.segment, 'unknown') AS segment,
    coalesce(grades.risk_grade, 'unknown') AS risk_grade,
    coalesce(customers.sector, 'unknown') AS sector,
    coalesce(customers.zone, 'unknown') AS zone,
    coalesce(customers.country, 'unknown') AS country,
    coalesce(customers.customer_class, 'unknown') AS customer_class,
    coalesce(scored.payment_method, customers.payment_method, 'unknown') AS payment_method,
    CASE
        WHEN scored.terms_days <= 15 THEN '0-15'
        WHEN scored.terms_days <= 30 THEN '16-30'
        WHEN scored.terms_days <= 60 THEN '31-60'
        WHEN scored.terms_days <= 90 THEN '61-90'
        ELSE '90+'
    END AS terms,
    scored.size
FROM scored
LEFT JOIN staging.customers AS customers
    ON scored.company_id = customers.company_id AND scored.customer_id = customers.customer_id
LEFT JOIN score.customer_scores AS grades
    ON scored.company_id = grades.company_id AND scored.customer_id = grades.customer_id
LEFT JOIN segment.customers AS segments
    ON scored.company_id = segments.company_id AND scored.customer_id = segments.customer_id
