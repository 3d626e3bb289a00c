-- Payments of exactly all that a customer has overdue on their day, or of all that is open and issued by then.
-- Grain: company, payment, receivable; two receivables at least. amount in `currency`, positive. Of several such
-- payments of a customer the first counts.
-- Materialized: table
WITH laid AS (
    SELECT
        company_id,
        payment_id,
        receivable_id,
        amount
    FROM staging.reference_parts
    UNION ALL
    SELECT
        company_id,
        payment_id,
        receivable_id,
        amount
    FROM staging.amount_pairs
),

laid_totals AS (
    SELECT
        company_id,
        receivable_id,
        sum(amount) AS amount
    FROM laid
    GROUP BY company_id, receivable_id
),

debts AS (
    SELECT
        targets.company_id,
        targets.customer_id,
        targets.receivable_id,
        targets.currency,
        targets.open_amount - coalesce(laid_totals.amount, 0) AS open_amount,
        targets.invoice_date,
        targets.due_date
    FROM staging.guess_targets AS targets
    LEFT JOIN laid_totals
        ON targets.company_id = laid_totals.company_id AND targets.receivable_id = laid_totals.receivable_id
    WHERE targets.open_amount > coalesce(laid_totals.amount, 0)
),

payments AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on
    FROM staging.guessable_payments AS payments
    ANTI JOIN laid ON payments.company_id = laid.company_id AND payments.payment_id = laid.payment_id
    WHERE payments.customer_id IS NOT NULL AND payments.names = 'nothing'
),

sums AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on,
        sum(debts.open_amount) AS issued_amount,
        count(*) AS issued,
        sum(debts.open_amount) FILTER (WHERE debts.due_date < payments.paid_on) AS overdue_amount,
        count(*) FILTER (WHERE debts.due_date < payments.paid_on) AS overdue
    FROM payments
    INNER JOIN debts
        ON
            payments.company_id = debts.company_id
            AND payments.customer_id = debts.customer_id
            AND payments.currency = debts.currency
            AND payments.paid_on >= debts.invoice_date
    GROUP BY
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.currency,
        payments.amount,
        payments.paid_on
),

first_of_customer AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        paid_on,
        coalesce(overdue > 1 AND amount = overdue_amount, FALSE) AS is_overdue_only
    FROM sums
    WHERE coalesce(overdue > 1 AND amount = overdue_amount, FALSE) OR (issued > 1 AND amount = issued_amount)
    QUALIFY row_number() OVER (PARTITION BY company_id, customer_id, currency ORDER BY paid_on, payment_id) = 1
)

SELECT
    payments.company_id,
    payments.payment_id,
    debts.customer_id,
    debts.receivable_id,
    payments.currency,
    debts.open_amount::DECIMAL(18, 2) AS amount,
    payments.paid_on
FROM first_of_customer AS payments
INNER JOIN debts
    ON
        payments.company_id = debts.company_id
        AND payments.customer_id = debts.customer_id
        AND payments.currency = debts.currency
        AND payments.paid_on >= debts.invoice_date
        AND (payments.paid_on > debts.due_date OR NOT payments.is_overdue_only)
