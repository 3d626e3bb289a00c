-- Which confirmations about a receivable are still missing, in the order in which they are asked: invoice received,
-- goods or service received, direct debit or payment document ready, payment scheduled (requirements 000-06 to 000-09).
-- Grain: one row per open receivable whose ladder asks for confirmations and that is not due yet, or whose ladder asks
-- for a payment document after that (company_id, receivable_id).
-- missing: the links that apply and are not confirmed; next_link: the first of them, NULL when all are confirmed.
-- Which links apply: those of the segment (duties.links of the strategy); goods of an invoice without a service entry
-- sheet only, which is a customer's receipt of a service; a mandate of what is paid by direct debit, a document of what
-- is paid by letra or pagaré, a scheduled payment of what is paid otherwise.
-- What the export says counts: goods_received_on; a payment document that was received or accepted, or has a number and
-- did not come back. A confirmation without receivable stands for what had been invoiced by its day, one of the direct
-- debit for all that follows. Who has scheduled a payment has invoice and goods.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH asking AS (
    SELECT
        ladder,
        bool_or(phase = 'any') AS asks_late
    FROM policy.steps
    WHERE link IS NOT NULL
    GROUP BY ladder
),

items AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.segment,
        i.invoice_date,
        i.ladder
    FROM decide.items AS i
    CROSS JOIN run.parameters AS run
    INNER JOIN asking AS a ON i.ladder = a.ladder
    WHERE i.due_date > run.as_of OR a.asks_late
),

links AS (
    SELECT
        segment,
        list(link) AS links
    FROM policy.duty_links
    GROUP BY segment
),

confirmations AS (
    SELECT
        c.company_id,
        c.customer_id,
        c.receivable_id,
        c.kind,
        c.confirmed_on
    FROM ledger.confirmations AS c
    CROSS JOIN run.parameters AS run
    WHERE c.confirmed_on <= run.as_of AND c.kind <> 'whatsapp_opt_in'
),

answers AS (
    SELECT
        i.company_id,
        i.receivable_id,
        c.kind
    FROM items AS i
    INNER JOIN confirmations AS c ON i.company_id = c.company_id AND i.receivable_id = c.receivable_id
    UNION ALL
    SELECT
        i.company_id,
        i.receivable_id,
        c.kind
    FROM items AS i
    INNER JOIN confirmations AS c
        ON
            i.company_id = c.company_id
            AND i.customer_id = c.customer_id
            AND c.receivable_id IS NULL
            AND (c.kind = 'direct_debit' OR i.invoice_date <= c.confirmed_on)
),

answered AS (
    SELECT
        company_id,
        receivable_id,
        bool_or(kind IN ('invoice_received', 'payment_scheduled')) AS has_invoice,
        bool_or(kind IN ('goods_received', 'payment_scheduled')) AS has_goods,
        bool_or(kind = 'direct_debit') AS has_mandate,
        bool_or(kind = 'payment_document') AS has_document,
        bool_or(kind = 'payment_scheduled') AS is_scheduled
    FROM answers
    GROUP BY company_id, receivable_id
),

known AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        l.links,
        coalesce(r.payment_method, c.payment_method, '') AS payment_method,
        r.document_type = 'invoice' AND r.service_entry_sheet IS NULL AS is_about_goods,
        coalesce(
            r.payment_document_status IN ('received', 'accepted'), r.payment_document_number IS NOT NULL
        ) AS has_exported_document,
        coalesce(a.has_invoice, FALSE) AS has_invoice,
        coalesce(a.has_goods, FALSE) OR coalesce(r.goods_received_on <= run.as_of, FALSE) AS has_goods,
        coalesce(a.has_mandate, FALSE) AS has_mandate,
        coalesce(a.has_document, FALSE) AS has_document,
        coalesce(a.is_scheduled, FALSE) AS is_scheduled
    FROM items AS i
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_receivables AS r ON i.company_id = r.company_id AND i.receivable_id = r.receivable_id
    INNER JOIN links AS l ON i.segment = l.segment
    LEFT JOIN staging.customers AS c ON i.company_id = c.company_id AND i.customer_id = c.customer_id
    LEFT JOIN answered AS a ON i.company_id = a.company_id AND i.receivable_id = a.receivable_id
),

judged AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        list_filter(
            [
                CASE WHEN NOT has_invoice THEN 'invoice_received' END,
                CASE WHEN is_about_goods AND NOT has_goods THEN 'goods_received' END,
                CASE
                    WHEN payment_method = 'direct_debit' AND NOT (has_mandate OR has_exported_document)
                        THEN 'direct_debit_ready'
                END,
                CASE
                    WHEN payment_method IN ('letra', 'pagare') AND NOT (has_document OR has_exported_document)
                        THEN 'payment_document_missing'
                END,
                CASE
                    WHEN payment_method NOT IN ('direct_debit', 'letra', 'pagare') AND NOT is_scheduled
                        THEN 'payment_scheduled'
                END
            ],
            LAMBDA link: link IS NOT NULL AND list_contains(links, link)
        ) AS missing
    FROM known
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    missing,
    missing[1] AS next_link
FROM judged
