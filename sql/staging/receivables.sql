-- Every landed receivable, with a due date always.
-- Grain: company, receivable (one instalment of one document). Amounts in `currency`: positive what the customer owes,
-- negative for credit notes.
-- payment_document_status: what the export says, unless the receivable's newest direct debit came back.
-- The references as one map are in staging.open_receivables: making the map of every closed item would take longer than
-- all else here.
-- Materialized: view
SELECT
    receivables.company_id,
    receivables.customer_id,
    receivables.receivable_id,
    receivables.document_number,
    receivables.document_type,
    receivables.instalment_number,
    receivables.invoice_date,
    coalesce(receivables.due_date, derived.due_date) AS due_date,
    receivables.due_date IS NULL AS is_due_date_derived,
    receivables.payment_terms_days,
    receivables.currency,
    receivables.amount,
    receivables.open_amount,
    receivables.cleared_on,
    receivables.payment_method,
    receivables.payment_document_number,
    if(debits.status = 'returned', 'returned', receivables.payment_document_status) AS payment_document_status,
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
    receivables.customer_name,
    receivables.customer_country,
    receivables.customer_zone,
    receivables.custom_references,
    receivables.source,
    receivables.file,
    receivables.file_row
FROM landing.receivables AS receivables
LEFT JOIN staging.derived_due_dates AS derived
    ON receivables.company_id = derived.company_id AND receivables.receivable_id = derived.receivable_id
LEFT JOIN staging.direct_debits AS debits
    ON receivables.company_id = debits.company_id AND receivables.receivable_id = debits.receivable_id
