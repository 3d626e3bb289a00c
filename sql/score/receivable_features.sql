-- What the scorecard (and later a fitted model) looks at in an open receivable itself.
-- Grain: company, receivable of staging.open_receivables. Days in calendar days; NULL where a feature says nothing.
-- due_weekday: 1 Monday … 7 Sunday. days_until_due: NULL once it is overdue. amount_ratio: amount over the customer's
-- usual one in this currency (at least three receivables), else over the company's.
-- Leak-free: the receivable's own terms, and usual amounts from documents issued before as_of.
-- Materialized: view
WITH company_amounts AS (
    SELECT
        company_id,
        currency,
        sum(amount) / sum(receivables) AS amount
    FROM score.usual_amounts
    GROUP BY company_id, currency
)

SELECT
    receivables.company_id,
    receivables.customer_id,
    receivables.receivable_id,
    receivables.due_date,
    receivables.days_overdue,
    receivables.aging_bucket,
    receivables.open_amount,
    isodow(receivables.due_date) AS due_weekday,
    if(receivables.days_overdue > 0, NULL, -receivables.days_overdue) AS days_until_due,
    date_diff('day', receivables.invoice_date, receivables.due_date) AS terms_days,
    receivables.amount::DOUBLE
    / if(usual.receivables >= 3, usual.amount / usual.receivables, company.amount) AS amount_ratio,
    coalesce(receivables.is_disputed, FALSE)::INTEGER AS is_disputed,
    coalesce(receivables.payment_method, customers.payment_method) AS payment_method,
    receivables.payment_document_status
FROM staging.open_receivables AS receivables
INNER JOIN staging.customers AS customers
    ON receivables.company_id = customers.company_id AND receivables.customer_id = customers.customer_id
LEFT JOIN score.usual_amounts AS usual
    ON
        receivables.company_id = usual.company_id
        AND receivables.customer_id = usual.customer_id
        AND receivables.currency = usual.currency
LEFT JOIN company_amounts AS company
    ON receivables.company_id = company.company_id AND receivables.currency = company.currency
