-- Due dates of the receivables whose export gives none: the invoice date plus the document's terms, else the
-- customer's terms, else 30 days.
-- Grain: company, receivable; only receivables without a due date. Days are calendar days.
-- 30 days: what the law supposes where nothing was agreed (Directive 2011/7/EU art. 3(3)(b); Chile: Ley 21.131).
-- Kept apart from staging.receivables because it is nearly always small, and joining all receivables to their
-- customers is not.
-- Materialized: table
SELECT
    receivables.company_id,
    receivables.receivable_id,
    receivables.invoice_date
    + coalesce(receivables.payment_terms_days, customers.payment_terms_days, 30) AS due_date
FROM landing.receivables AS receivables
LEFT JOIN staging.customers AS customers
    ON receivables.company_id = customers.company_id AND receivables.customer_id = customers.customer_id
WHERE receivables.due_date IS NULL
