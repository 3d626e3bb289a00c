-- What was billed, as the export shows it. Grain: one row per receivable, one in a thousand twice. One row in ten thousand breaks a rule:
-- currency unknown, amount zero, or customer missing.
SELECT
    CASE WHEN b.fault = 3 THEN NULL ELSE printf('C%07d', b.customer) END AS customer_id,
    printf('F%08d-1', b.i) AS receivable_id,
    printf('F%08d', b.i) AS document_number,
    'invoice' AS document_type,
    1 AS instalment_number,
    b.invoice_date,
    b.invoice_date + terms_of(b.customer) AS due_date,
    CASE WHEN b.fault = 1 THEN 'EUX' ELSE 'EUR' END AS currency,
    CASE WHEN b.fault = 2 THEN 0 ELSE b.amount END AS amount,
    ['transfer', 'transfer', 'transfer', 'direct_debit', 'pagare'][1 + roll(b.customer, 'method', 5)] AS payment_method,
    CASE WHEN roll(b.i, 'order', 2) = 0 THEN printf('45%08d', roll(b.i, 'po', 100000000)) END AS purchase_order,
    CASE WHEN roll(b.i, 'note', 10) < 7 THEN printf('ALB%08d', b.i) END AS delivery_note
FROM (
    SELECT
        i,
        customer,
        invoice_date,
        amount,
        CASE WHEN roll(i, 'fault', 10000) = 0 THEN 1 + roll(i, 'kind', 3) ELSE 0 END AS fault,
        unnest(CASE WHEN roll(i, 'twice', 1000) = 0 THEN [1, 2] ELSE [1] END) AS copy
    FROM billed
) AS b
