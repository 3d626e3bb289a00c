-- What applies of the payments that cannot simply be added up: overpaid receivables, and those with money returned.
-- Grain: company, receivable, payment. Amounts in `currency`, signed like money.
-- Running totals in the receivable's own direction, kept from sinking under zero (money returned that was never seen
-- arriving cannot be taken back) and clipped at the amount: what a payment applies is the step of the clipped total.
-- What a payment brings beyond the amount stays in the total unclipped, so returning it re-opens nothing.
-- Same day: money received before money returned, then by payment_id, so that the order of the rows does not matter.
-- customer_id: who paid, else the debtor of the receivable. is_never_seen: money returned, of which nothing was seen
-- arriving.
-- Materialized: table
WITH steps AS (
    SELECT
        payments.company_id,
        payments.receivable_id,
        payments.payment_id,
        coalesce(payments.customer_id, payments.debtor_id) AS customer_id,
        payments.currency,
        payments.paid_on,
        payments.rule,
        payments.amount,
        sign(payments.receivable_amount)::INTEGER AS direction,
        abs(payments.receivable_amount) AS capacity,
        sign(payments.receivable_amount)::INTEGER * payments.amount AS step
    FROM staging.exceptional_payments AS payments
    WHERE payments.is_contested AND payments.is_aimed
),

running AS (
    SELECT
        company_id,
        receivable_id,
        payment_id,
        customer_id,
        currency,
        paid_on,
        rule,
        amount,
        direction,
        capacity,
        step < 0 AS is_returned,
        row_number() OVER in_order AS position,
        sum(step) OVER in_order AS running_total
    FROM steps
    WINDOW in_order AS (PARTITION BY company_id, receivable_id ORDER BY paid_on, step < 0, payment_id)
),

levels AS (
    SELECT
        company_id,
        receivable_id,
        payment_id,
        customer_id,
        currency,
        paid_on,
        rule,
        amount,
        direction,
        capacity,
        is_returned,
        position,
        running_total - least(0, min(running_total) OVER so_far) AS brought,
        least(running_total - least(0, min(running_total) OVER so_far), capacity) AS level_after
    FROM running
    WINDOW so_far AS (PARTITION BY company_id, receivable_id ORDER BY position)
)

SELECT
    company_id,
    receivable_id,
    payment_id,
    customer_id,
    currency,
    paid_on,
    rule,
    position,
    amount,
    (direction * (level_after - lag(level_after, 1, 0) OVER so_far))::DECIMAL(18, 2) AS applied_amount,
    is_returned,
    is_returned AND lag(brought, 1, 0) OVER so_far = 0 AS is_never_seen,
    level_after = capacity AS is_settled_after
FROM levels
WINDOW so_far AS (PARTITION BY company_id, receivable_id ORDER BY position)
