-- Invoices and debit notes that were open on the evening before as_of, whatever the day itself has brought.
-- Grain: company, receivable. open_amount in `currency`, positive: what is open now and what came on the day or is
-- booked for a later one.
-- Leak-free: documents issued, and money that came, before as_of.
-- Materialized: view
WITH later AS (
    SELECT
        allocations.company_id,
        allocations.receivable_id,
        sum(allocations.amount) AS amount
    FROM staging.allocations AS allocations
    INNER JOIN run.parameters AS run ON allocations.paid_on >= run.as_of
    GROUP BY allocations.company_id, allocations.receivable_id
)

SELECT
    settlements.company_id,
    settlements.customer_id,
    settlements.receivable_id,
    settlements.currency,
    settlements.invoice_date,
    settlements.due_date,
    settlements.amount,
    (settlements.open_amount + coalesce(later.amount, 0))::DECIMAL(18, 2) AS open_amount
FROM staging.settlements AS settlements
INNER JOIN run.parameters AS run ON settlements.invoice_date < run.as_of
LEFT JOIN later
    ON settlements.company_id = later.company_id AND settlements.receivable_id = later.receivable_id
WHERE
    settlements.amount > 0
    AND settlements.settled_on_before IS NULL
    AND settlements.open_amount + coalesce(later.amount, 0) > 0
