-- What is left of the payments that name nothing, laid on what is left of their customer's debts, oldest due first: who
-- pays without a word pays what has waited longest (Código Civil art. 1174 and its like: the most onerous, the due).
-- Grain: company, payment, receivable. amount in `currency`, positive.
-- The debts are a pile and the payments a level that rises along it, as in staging.reference_parts. What falls on
-- an invoice that is younger than the payment is not laid: the money came in advance and stays unapplied.
-- A payment that names a document that no export holds is left out: it may be for one that is not there any longer,
-- or not yet. So is one that is no newer than what the export states as open: who wrote the export knew it. Both stand
-- against the debt as credit (staging.credits).
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
    UNION ALL
    SELECT
        company_id,
        payment_id,
        receivable_id,
        amount
    FROM staging.amount_sums
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

pile AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        currency,
        invoice_date,
        sum(open_amount) OVER oldest_first - open_amount AS lower_end,
        sum(open_amount) OVER oldest_first AS upper_end
    FROM debts
    WINDOW oldest_first AS (PARTITION BY company_id, customer_id, currency ORDER BY due_date, receivable_id)
),

stating AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        currency
    FROM staging.guess_targets
    WHERE stated_open_amount IS NOT NULL
),

newest AS (
    SELECT max(stated_on) AS stated_on
    FROM staging.statements
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
    CROSS JOIN newest
    LEFT JOIN stating
        ON
            payments.company_id = stating.company_id
            AND payments.customer_id = stating.customer_id
            AND payments.currency = stating.currency
    ANTI JOIN laid ON payments.company_id = laid.company_id AND payments.payment_id = laid.payment_id
    WHERE
        payments.customer_id IS NOT NULL
        AND payments.names = 'nothing'
        AND (stating.customer_id IS NULL OR payments.paid_on > newest.stated_on)
),

steps AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        paid_on,
        sum(amount) OVER by_day - amount AS level_before,
        sum(amount) OVER by_day AS level_after
    FROM payments
    WINDOW by_day AS (PARTITION BY company_id, customer_id, currency ORDER BY paid_on, payment_id)
)

SELECT
    steps.company_id,
    steps.payment_id,
    steps.customer_id,
    pile.receivable_id,
    steps.currency,
    (least(steps.level_after, pile.upper_end) - greatest(steps.level_before, pile.lower_end))::DECIMAL(18, 2) AS amount,
    steps.paid_on
FROM steps
INNER JOIN pile
    ON
        steps.company_id = pile.company_id
        AND steps.customer_id = pile.customer_id
        AND steps.currency = pile.currency
        AND steps.level_before < pile.upper_end
        AND steps.level_after > pile.lower_end
WHERE steps.paid_on >= pile.invoice_date
