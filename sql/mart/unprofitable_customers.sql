-- Customers who cost more than they bring, for a person to think about (004-P10): never an action.
-- Grain: one row per customer and currency (company_id, customer_id, currency).
-- Listed where contact and lateness cost more than the margin, or, where no margin is known, reach the share of sales
-- that the policy names; without sales any cost is too much. net_amount = margin_amount less both costs; amounts in
-- `currency`.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    currency,
    sales_amount,
    margin_amount,
    lateness_cost,
    contacts,
    contact_cost,
    (margin_amount - lateness_cost - contact_cost)::DECIMAL(18, 2) AS net_amount,
    (lateness_cost + contact_cost) * 100 / nullif(greatest(sales_amount, 0), 0) AS cost_share_percent,
    if(margin_amount IS NULL, 'high_cost_share', 'costs_more_than_margin') AS finding,
    'review_credit' AS recommendation
FROM credit.serving
WHERE
    lateness_cost + contact_cost > 0
    AND CASE
        WHEN margin_amount IS NOT NULL THEN lateness_cost + contact_cost > margin_amount
        ELSE (lateness_cost + contact_cost) * 100 >= cost_share_percent * greatest(sales_amount, 0)
    END
