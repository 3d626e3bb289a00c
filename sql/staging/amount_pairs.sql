-- Payments of exactly what one debt has open, laid on it.
-- Grain: company, payment (and receivable: each at most once). amount in `currency`, positive. A payment never pays an
-- invoice that is younger than it.
-- rule 'exact_amount': the only debt of the customer with this amount, and the only payment. Where nobody knows who
-- paid: the only open debt of the whole company with this amount and the only such payment, and either the payer's
-- name is the debtor's, or the amount is distinctive and the name is not another customer's. A round or usual amount
-- says nothing about who paid.
-- rule 'amount_and_customer': several debts or payments of one customer and amount: the first payment is laid on the
-- oldest due, the second on the next.
-- Materialized: table
WITH referenced AS (
    SELECT
        company_id,
        receivable_id,
        sum(amount) AS amount
    FROM staging.reference_parts
    GROUP BY company_id, receivable_id
),

debts AS (
    SELECT
        targets.company_id,
        targets.customer_id,
        targets.receivable_id,
        targets.currency,
        targets.open_amount - coalesce(parts.amount, 0) AS open_amount,
        targets.invoice_date,
        targets.due_date,
        targets.is_distinctive
    FROM staging.guess_targets AS targets
    LEFT JOIN referenced AS parts
        ON targets.company_id = parts.company_id AND targets.receivable_id = parts.receivable_id
    WHERE targets.open_amount > coalesce(parts.amount, 0)
),

payments AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.name_customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        payments.names
    FROM staging.guessable_payments AS payments
    ANTI JOIN staging.reference_parts AS parts
        ON payments.company_id = parts.company_id AND payments.payment_id = parts.payment_id
    WHERE payments.names <> 'several'
),

ranked_debts AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY company_id, customer_id, currency, open_amount ORDER BY due_date, receivable_id
        ) AS place,
        count(*) OVER (PARTITION BY company_id, customer_id, currency, open_amount) AS debts
    FROM debts
),

ranked_payments AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY company_id, customer_id, currency, amount ORDER BY paid_on, payment_id
        ) AS place,
        count(*) OVER (PARTITION BY company_id, customer_id, currency, amount) AS payments
    FROM payments
    WHERE customer_id IS NOT NULL
),

known_payer AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        debts.customer_id,
        debts.receivable_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        if(debts.debts = 1 AND payments.payments = 1, 'exact_amount', 'amount_and_customer') AS rule
    FROM ranked_payments AS payments
    INNER JOIN ranked_debts AS debts
        ON
            payments.company_id = debts.company_id
            AND payments.customer_id = debts.customer_id
            AND payments.currency = debts.currency
            AND payments.amount = debts.open_amount
            AND payments.place = debts.place
            AND payments.paid_on >= debts.invoice_date
),

unknown_payer AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        debts.customer_id,
        debts.receivable_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        payments.name_customer_id,
        debts.invoice_date,
        debts.is_distinctive,
        count(*) OVER (PARTITION BY payments.company_id, payments.currency, payments.amount) AS pairs
    FROM payments
    INNER JOIN debts
        ON
            payments.company_id = debts.company_id
            AND payments.currency = debts.currency
            AND payments.amount = debts.open_amount
    ANTI JOIN known_payer AS taken
        ON debts.company_id = taken.company_id AND debts.receivable_id = taken.receivable_id
    -- One that names a document which nobody knows is for that.
    WHERE payments.customer_id IS NULL AND payments.names = 'nothing'
)

SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    rule
FROM known_payer
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'exact_amount' AS rule
FROM unknown_payer
WHERE
    pairs = 1
    AND paid_on >= invoice_date
    AND (name_customer_id = customer_id OR (name_customer_id IS NULL AND is_distinctive))
