-- The receivables listed in each message of thanks.
-- Grain: one row per message and receivable (reminder_key, receivable_id). Units: paid_amount positive, in the
-- message's currency. open_amount: 0, and the last look before sending asks whether it still is.
-- Materialized: table
SELECT
    m.reminder_key,
    m.company_id,
    m.customer_id,
    l.receivable_id,
    m.step,
    0::DECIMAL(18, 2) AS open_amount,
    l.paid_amount,
    l.paid_on,
    p.document_number,
    p.document_type,
    p.instalment_number,
    p.invoice_date,
    p.due_date,
    p.payment_terms_days,
    p.amount,
    p.purchase_order
FROM thanks.messages AS m
INNER JOIN thanks.lines AS l
    ON m.company_id = l.company_id AND m.customer_id = l.customer_id AND m.currency = l.currency
INNER JOIN thanks.paid AS p ON l.company_id = p.company_id AND l.receivable_id = p.receivable_id
