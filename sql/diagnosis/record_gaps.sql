-- What the records do not say, or say in a way that had to be guessed.
-- Grain: company, finding, currency. counted of out_of records in that currency; amount: of the counted ones, in
-- `currency`, positive.
-- finding: 'due_date_derived' (open receivables whose due date was computed), 'closed_undated' (receivables that are
-- settled nobody knows when: nothing is learnt from them), 'payment_unapplied' (money that stands against nothing),
-- 'allocation_guessed' (laid by amount or age, not by name), 'quarantined' (rows of receivables and payments refused
-- and not corrected; out_of: the rows of their files, in all currencies).
-- Materialized: table
WITH guessed_payments AS (
    SELECT
        company_id,
        payment_id,
        currency,
        sum(amount) AS amount
    FROM staging.guessed_allocations
    WHERE rule <> 'reference'
    GROUP BY company_id, payment_id, currency
),

payments AS (
    SELECT
        run.company_id,
        payments.currency,
        count(*) AS out_of
    FROM landing.payments AS payments
    -- What a run counts: staging.known_payments.
    INNER JOIN run.parameters AS run
        ON
            payments.company_id = run.company_id
            AND payments.paid_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
    GROUP BY run.company_id, payments.currency
),

unapplied AS (
    SELECT
        company_id,
        currency,
        count(*) AS counted,
        sum(abs(unapplied_amount)) AS amount
    FROM staging.unapplied_payments
    GROUP BY company_id, currency
),

guessed AS (
    SELECT
        company_id,
        currency,
        count(*) AS counted,
        sum(amount) AS amount
    FROM guessed_payments
    GROUP BY company_id, currency
),

rows_read AS (
    SELECT sum(rows_in)::BIGINT AS out_of
    FROM landing.files
    WHERE contract IN ('receivables', 'payments')
)

SELECT
    company_id,
    'due_date_derived' AS finding,
    currency,
    count(*) FILTER (WHERE is_due_date_derived) AS counted,
    count(*) AS out_of,
    coalesce(sum(open_amount) FILTER (WHERE is_due_date_derived), 0)::DECIMAL(18, 2) AS amount
FROM diagnosis.items
GROUP BY company_id, currency
UNION ALL
SELECT
    company_id,
    'closed_undated' AS finding,
    currency,
    count(*) FILTER (WHERE settled_on IS NULL AND open_amount = 0) AS counted,
    count(*) AS out_of,
    coalesce(sum(amount) FILTER (WHERE settled_on IS NULL AND open_amount = 0), 0)::DECIMAL(18, 2) AS amount
FROM staging.settlements
WHERE amount > 0
GROUP BY company_id, currency
UNION ALL
SELECT
    payments.company_id,
    'payment_unapplied' AS finding,
    payments.currency,
    coalesce(unapplied.counted, 0) AS counted,
    payments.out_of,
    coalesce(unapplied.amount, 0)::DECIMAL(18, 2) AS amount
FROM payments
LEFT JOIN unapplied ON payments.company_id = unapplied.company_id AND payments.currency = unapplied.currency
UNION ALL
SELECT
    payments.company_id,
    'allocation_guessed' AS finding,
    payments.currency,
    coalesce(guessed.counted, 0) AS counted,
    payments.out_of,
    coalesce(guessed.amount, 0)::DECIMAL(18, 2) AS amount
FROM payments
LEFT JOIN guessed ON payments.company_id = guessed.company_id AND payments.currency = guessed.currency
UNION ALL
SELECT
    run.company_id,
    'quarantined' AS finding,
    -- What stands where a currency should is the file's own text; only what looks like a code is taken for one.
    if(regexp_full_match(refused.currency, '[A-Z]{3}'), refused.currency, '?') AS currency,
    count(*) AS counted,
    any_value(rows_read.out_of) AS out_of,
    coalesce(sum(abs(refused.amount)) FILTER (WHERE regexp_full_match(refused.currency, '[A-Z]{3}')), 0)::DECIMAL(18, 2)
        AS amount
FROM landing.quarantine_history AS refused
CROSS JOIN run.parameters AS run
CROSS JOIN rows_read
WHERE refused.status = 'open' AND refused.contract IN ('receivables', 'payments')
GROUP BY ALL
