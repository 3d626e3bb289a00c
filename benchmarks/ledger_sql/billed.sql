-- What both receivables and payments are made from. Grain: one row per receivable, variable `receivables` of them, in order of invoice date
-- over the 500 days before 2026-06-16. Amounts are EUR, 90 to 3,000. The customer is skewed (the square of a uniform number): the largest has
-- thousands of receivables, most have a few.
SELECT
    s.i,
    floor(pow(roll(s.i, 'customer', 1000000007) / 1000000007.0, 2) * getvariable('customers'))::BIGINT AS customer,
    DATE '2025-02-01' + (s.i * 500 // getvariable('receivables'))::INTEGER AS invoice_date,
    exp(4.5 + 3.5 * roll(s.i, 'size', 100000) / 100000.0)::DECIMAL(18, 2) AS amount
FROM range(getvariable('receivables')) AS s (i)
