-- What the bank booked by 2026-06-15. Grain: one row per payment; amounts in EUR, positive. A customer's usual delay is a function of his code
-- (half pay a few days early, the others up to 50 days late), so that the past says something of the future. One receivable in 30 is paid in
-- two parts, one in 200 never; one payment in 200 names no document.
SELECT
    printf('P%08d-%d', p.i, p.part) AS payment_id,
    printf('C%07d', p.customer) AS customer_id,
    CASE WHEN roll(p.i, 'named', 200) > 0 THEN printf('F%08d', p.i) END AS document_number,
    p.paid_on,
    'EUR' AS currency,
    CASE WHEN p.parts = 1 THEN p.amount WHEN p.part = 1 THEN p.first_amount ELSE p.amount - p.first_amount END AS amount,
    'transfer' AS payment_method
FROM (
    SELECT
        d.i,
        d.customer,
        d.parts,
        d.part,
        d.amount,
        (d.amount * 0.4)::DECIMAL(18, 2) AS first_amount,
        d.invoice_date
        + terms_of(d.customer)
        + CASE WHEN roll(d.customer, 'payer', 2) = 0 THEN -3 ELSE roll(d.customer, 'delay', 50) END
        + (roll(d.i, 'noise', 9) - 4)
        + (15 * (d.part - 1)) AS paid_on
    FROM (
        SELECT
            i,
            customer,
            invoice_date,
            amount,
            CASE WHEN roll(i, 'parts', 30) = 0 THEN 2 ELSE 1 END AS parts,
            unnest(CASE WHEN roll(i, 'parts', 30) = 0 THEN [1, 2] ELSE [1] END) AS part
        FROM billed
        WHERE roll(i, 'never', 200) > 0
    ) AS d
) AS p
WHERE p.paid_on <= DATE '2026-06-15'
