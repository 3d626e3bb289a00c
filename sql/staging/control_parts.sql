-- What the balance of the customers' control account is made of by our books, and what a difference may come from.
-- Grain: currency, part. Amounts in `currency`; items counts what is summed.
-- The balance as we see it is open_items + credit_notes + unapplied_payments: credit notes are negative, and payments
-- that stand against nothing are negative too, for they were booked against the account. The other parts are no part
-- of it: refused and repeated rows of receivables and payments (payments negative), payments that name what nobody
-- knows (unmatched_payments, in unapplied_payments too), and receivables of which more or less is stated as open
-- than the payments leave (stated_more, stated_less).
-- Materialized: view
SELECT
    currency,
    if(open_amount > 0, 'open_items', 'credit_notes') AS part,
    count(*) AS items,
    sum(open_amount)::DECIMAL(18, 2) AS amount
FROM staging.open_settlements
GROUP BY ALL
UNION ALL
SELECT
    currency,
    'unapplied_payments' AS part,
    count(*) AS items,
    -sum(unapplied_amount)::DECIMAL(18, 2) AS amount
FROM staging.unapplied_payments
GROUP BY ALL
UNION ALL
SELECT
    currency,
    'unmatched_payments' AS part,
    count(*) AS items,
    -sum(amount)::DECIMAL(18, 2) AS amount
FROM staging.payments
WHERE amount = unapplied_amount AND (receivable_id IS NOT NULL OR document_number IS NOT NULL)
GROUP BY ALL
UNION ALL
SELECT
    currency,
    'refused_' || contract AS part,
    count(*) AS items,
    sum(if(contract = 'payments', -amount, amount))::DECIMAL(18, 2) AS amount
FROM landing.quarantine_history
WHERE status = 'open' AND contract IN ('receivables', 'payments') AND currency <> '?'
GROUP BY ALL
UNION ALL
-- How many rows came twice in one currency is not kept; items counts the files that hold them.
SELECT
    currency,
    'repeated_' || contract AS part,
    count(*) AS items,
    sum(if(contract = 'payments', -amount_duplicates, amount_duplicates))::DECIMAL(18, 2) AS amount
FROM landing.file_amounts
WHERE amount_duplicates <> 0 AND contract IN ('receivables', 'payments') AND currency <> '?'
GROUP BY ALL
UNION ALL
SELECT
    currency,
    if(difference > 0, 'stated_more', 'stated_less') AS part,
    count(*) AS items,
    sum(difference)::DECIMAL(18, 2) AS amount
FROM staging.disagreeing_receivables
GROUP BY ALL
