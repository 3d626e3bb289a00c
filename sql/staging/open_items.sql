-- The open invoices and debit notes as a table of their own: staging.open_receivables, without what is made on reading.
-- Grain: company, receivable. open_amount in `currency`, positive. days_overdue: as_of less due_date, negative before.
-- Ageing by due date, the right end of a bucket included (the ranges ERPNext starts with).
-- Materialized: table
SELECT
    receivables.company_id,
    receivables.customer_id,
    receivables.receivable_id,
    receivables.document_number,
    receivables.document_type,
    receivables.instalment_number,
    receivables.invoice_date,
    receivables.due_date,
    receivables.is_due_date_derived,
    receivables.payment_terms_days,
    receivables.currency,
    receivables.amount,
    settlements.open_amount,
    receivables.payment_method,
    receivables.payment_document_number,
    receivables.payment_document_status,
    receivables.purchase_order,
    receivables.service_entry_sheet,
    receivables.delivery_note,
    receivables.contract_number,
    receivables.project,
    receivables.case_number,
    receivables.movement_code,
    receivables.is_disputed,
    receivables.dunning_block,
    receivables.is_assigned,
    receivables.delivered_on,
    receivables.goods_received_on,
    receivables.is_price_agreed,
    receivables.document_sent_on,
    receivables.has_open_complaint,
    receivables.custom_references,
    date_diff('day', receivables.due_date, run.as_of)::INTEGER AS days_overdue,
    CASE
        WHEN receivables.due_date >= run.as_of THEN 'current'
        WHEN date_diff('day', receivables.due_date, run.as_of) <= 30 THEN '1-30'
        WHEN date_diff('day', receivables.due_date, run.as_of) <= 60 THEN '31-60'
        WHEN date_diff('day', receivables.due_date, run.as_of) <= 90 THEN '61-90'
        ELSE '90+'
    END AS aging_bucket
FROM staging.receivables AS receivables
CROSS JOIN run.parameters AS run
INNER JOIN staging.open_settlements AS settlements
    ON receivables.company_id = settlements.company_id AND receivables.receivable_id = settlements.receivable_id
WHERE settlements.open_amount > 0
