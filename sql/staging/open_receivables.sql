-- Invoices and debit notes issued by as_of that still have something to pay: what the run decides about.
-- Grain: company, receivable. open_amount in `currency`, positive. days_overdue: as_of less due_date, negative before.
-- Ageing by due date, the right end of a bucket included (the ranges ERPNext starts with).
-- document_references holds only the references that are present; the company's own win over ours of the same name.
-- Materialized: table
WITH open_rows AS MATERIALIZED (
    -- MATERIALIZED, so that the map below is made for the open rows only and not before the join.
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
        receivables.is_disputed,
        receivables.dunning_block,
        receivables.custom_references,
        run.as_of
    FROM staging.receivables AS receivables
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.settlements AS settlements
        ON receivables.company_id = settlements.company_id AND receivables.receivable_id = settlements.receivable_id
    WHERE settlements.open_amount > 0
)

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
    is_disputed,
    dunning_block,
    map_concat(
        map_from_entries(
            list_filter(
                [
                    struct_pack(name := 'purchase_order', code := purchase_order),
                    struct_pack(name := 'service_entry_sheet', code := service_entry_sheet),
                    struct_pack(name := 'delivery_note', code := delivery_note),
                    struct_pack(name := 'payment_document_number', code := payment_document_number)
                ],
                LAMBDA reference: struct_extract(reference, 'code') IS NOT NULL
            )
        ),
        custom_references
    ) AS document_references,
    date_diff('day', due_date, as_of)::INTEGER AS days_overdue,
    CASE
        WHEN due_date >= as_of THEN 'current'
        WHEN date_diff('day', due_date, as_of) <= 30 THEN '1-30'
        WHEN date_diff('day', due_date, as_of) <= 60 THEN '31-60'
        WHEN date_diff('day', due_date, as_of) <= 90 THEN '61-90'
        ELSE '90+'
    END AS aging_bucket
FROM open_rows
