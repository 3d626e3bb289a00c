-- Invoices and debit notes issued by as_of that still have something to pay: what the run decides about.
-- Grain: company, receivable. open_amount in `currency`, positive. days_overdue: as_of less due_date, negative before.
-- Ageing by due date, the right end of a bucket included (the ranges ERPNext starts with).
-- document_references holds only the references that are present; the company's own win over ours of the same name. It
-- is made on reading: storing a map for every row takes longer than the rest of the row.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    receivable_id,
    document_number,
    document_type,
    instalment_number,
    invoice_date,
    due_date,
    is_due_date_derived,
    payment_terms_days,
    currency,
    amount,
    open_amount,
    payment_method,
    payment_document_number,
    payment_document_status,
    purchase_order,
    service_entry_sheet,
    delivery_note,
    contract_number,
    project,
    case_number,
    movement_code,
    is_disputed,
    dunning_block,
    is_assigned,
    delivered_on,
    goods_received_on,
    is_price_agreed,
    document_sent_on,
    has_open_complaint,
    map_concat(
        map_from_entries(
            list_filter(
                [
                    struct_pack(name := 'purchase_order', code := purchase_order),
                    struct_pack(name := 'service_entry_sheet', code := service_entry_sheet),
                    struct_pack(name := 'delivery_note', code := delivery_note),
                    struct_pack(name := 'payment_document_number', code := payment_document_number),
                    struct_pack(name := 'contract_number', code := contract_number),
                    struct_pack(name := 'project', code := project),
                    struct_pack(name := 'case_number', code := case_number),
                    struct_pack(name := 'movement_code', code := movement_code)
                ],
                LAMBDA reference: struct_extract(reference, 'code') IS NOT NULL
            )
        ),
        custom_references
    ) AS document_references,
    days_overdue,
    aging_bucket
FROM staging.open_items
