-- Whose orders wait, which orders wait, why, since when, and what releases them: what is on hold or was until now, and
-- every order on the books.
-- Grain: one row per customer and currency (order_id ''), and per order (company_id, customer_id, currency, order_id).
-- Customers about whom there is nothing to do are not listed; their figures are in credit.evidence of the run.
-- Columns and their meaning: data_contracts/mart_order_holds.odcs.yaml.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    currency,
    order_id,
    if(order_id = '', 'customer', 'order') AS subject,
    decision,
    reason,
    reasons,
    change,
    previous_reason,
    held_since,
    expires_on,
    release_amount,
    release_currency,
    release_receivables,
    rule,
    risk_grade,
    risk_score,
    risk_days,
    risk_money_days,
    overdue_amount,
    overdue_receivables,
    open_amount,
    credit_amount,
    orders_amount,
    delivered_amount,
    cover_amount,
    exposure_amount,
    limit_amount,
    limit_source,
    limit_currency,
    tolerance_amount,
    checked_amount,
    over_amount,
    order_amount,
    ordered_on,
    suspension,
    suspension_on
FROM credit.holds
WHERE decision <> 'free' OR order_id <> '' OR suspension IS NOT NULL OR reason = 'exempt'
