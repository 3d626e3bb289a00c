-- Every amount that ever stood open on an invoice or debit note issued by as_of, and the days between which it did:
-- what balances, ageing and roll rates of any past day are recomputed from.
-- Grain: one row per amount laid on a receivable (staging.allocations), and one per receivable for what is open now.
-- `amount` in `currency`, positive; negative where money that had been laid went back: the debt stands open again.
-- An exposure is open from invoice_date until the day before closed_on; closed_on is NULL for what is open now. Money
-- that came before the invoice closes on the invoice's day, money booked ahead of as_of on as_of (received_on likewise
-- is at most as_of): the exposures open at as_of tie to staging.open_receivables to the cent.
-- Credit notes, unapplied payments, and what an export closed without a date are in no exposure; disputed items are.
-- Materialized: table
SELECT
    customers.customer_number,
    settlements.currency,
    settlements.invoice_date,
    settlements.due_date,
    least(allocations.paid_on, run.as_of) AS received_on,
    greatest(least(allocations.paid_on, run.as_of), settlements.invoice_date) AS closed_on,
    allocations.amount
FROM staging.allocations AS allocations
INNER JOIN staging.settlements AS settlements
    ON allocations.company_id = settlements.company_id AND allocations.receivable_id = settlements.receivable_id
INNER JOIN run.parameters AS run ON settlements.invoice_date <= run.as_of
INNER JOIN loss.customers AS customers
    ON settlements.company_id = customers.company_id AND settlements.customer_id = customers.customer_id
-- Credit notes are the negative ones (contract of receivables, rule amount_sign_fits_type).
WHERE settlements.amount > 0
UNION ALL
SELECT
    customers.customer_number,
    settlements.currency,
    settlements.invoice_date,
    settlements.due_date,
    NULL AS received_on,
    NULL AS closed_on,
    settlements.open_amount AS amount
FROM staging.settlements AS settlements
INNER JOIN run.parameters AS run ON settlements.invoice_date <= run.as_of
INNER JOIN loss.customers AS customers
    ON settlements.company_id = customers.company_id AND settlements.customer_id = customers.customer_id
WHERE settlements.amount > 0 AND settlements.open_amount > 0
