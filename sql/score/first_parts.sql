-- Customers who pay in parts for the first time: receivables that are open and were paid in part within recent_days.
-- Grain: company, customer, currency. Only customers with least_settled or more receivables settled before these days,
-- none of them by more than one payment. amount, open_amount of those receivables in `currency`, on the evening before
-- as_of; first_part_on: the day of the first such payment.
-- Leak-free: payments made before as_of. Constants: tasks/score/early_warnings.yaml.
-- Materialized: view
WITH parts AS (
    SELECT
        items.company_id,
        items.customer_id,
        items.receivable_id,
        items.currency,
        items.amount,
        items.open_amount,
        min(allocations.paid_on) AS first_part_on
    FROM score.open_before AS items
    INNER JOIN staging.allocations AS allocations
        ON items.company_id = allocations.company_id AND items.receivable_id = allocations.receivable_id
    INNER JOIN run.parameters AS run ON allocations.paid_on < run.as_of
    CROSS JOIN policy.early_warning_parameters AS limits
    -- A credit note laid on an invoice is no payment of its debtor, nor is money that came back.
    WHERE allocations.payment_id IS NOT NULL AND items.open_amount < items.amount
    GROUP BY ALL
    HAVING min(allocations.amount) > 0 AND first_part_on >= any_value(run.as_of) - any_value(limits.recent_days)
),

payers AS (
    SELECT DISTINCT
        company_id,
        customer_id
    FROM parts
),

former AS (
    SELECT
        settlements.company_id,
        settlements.customer_id,
        settlements.receivable_id,
        count(allocations.payment_id) AS payments
    FROM staging.settlements AS settlements
    SEMI JOIN payers
        ON settlements.company_id = payers.company_id AND settlements.customer_id = payers.customer_id
    CROSS JOIN policy.early_warning_parameters AS limits
    INNER JOIN run.parameters AS run ON settlements.settled_on_before < run.as_of - limits.recent_days
    INNER JOIN staging.allocations AS allocations
        ON
            settlements.company_id = allocations.company_id
            AND settlements.receivable_id = allocations.receivable_id
            AND run.as_of > allocations.paid_on
    WHERE settlements.amount > 0
    GROUP BY settlements.company_id, settlements.customer_id, settlements.receivable_id
),

newly AS (
    SELECT
        former.company_id,
        former.customer_id
    FROM former
    CROSS JOIN policy.early_warning_parameters AS limits
    GROUP BY former.company_id, former.customer_id
    HAVING count(*) >= any_value(limits.least_settled) AND max(former.payments) <= 1
)

SELECT
    parts.company_id,
    parts.customer_id,
    parts.currency,
    count(*) AS receivables,
    sum(parts.amount)::DECIMAL(18, 2) AS amount,
    sum(parts.open_amount)::DECIMAL(18, 2) AS open_amount,
    min(parts.first_part_on) AS first_part_on
FROM parts
INNER JOIN newly ON parts.company_id = newly.company_id AND parts.customer_id = newly.customer_id
GROUP BY parts.company_id, parts.customer_id, parts.currency
