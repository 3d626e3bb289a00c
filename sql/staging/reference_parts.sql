-- Payments that name several documents, or one in another spelling, laid on what is open of them, oldest due first.
-- Grain: company, payment, receivable. amount in `currency`, positive. What they bring beyond that stays unapplied:
-- they have said what they are for.
-- The debts of a group are a pile, and its payments, by day, a level that rises along it: what a payment lays on a debt
-- is where its step overlaps the debt's interval.
-- Materialized: table
WITH debts AS (
    SELECT
        company_id,
        group_key,
        receivable_id,
        any_value(customer_id) AS customer_id,
        any_value(currency) AS currency,
        any_value(open_amount) AS open_amount,
        any_value(due_date) AS due_date
    FROM staging.reference_targets
    GROUP BY company_id, group_key, receivable_id
),

pile AS (
    SELECT
        company_id,
        group_key,
        receivable_id,
        customer_id,
        currency,
        sum(open_amount) OVER oldest_first - open_amount AS lower_end,
        sum(open_amount) OVER oldest_first AS upper_end
    FROM debts
    WINDOW oldest_first AS (PARTITION BY company_id, group_key ORDER BY due_date, receivable_id)
),

payments AS (
    SELECT DISTINCT
        company_id,
        group_key,
        payment_id,
        paid_on,
        amount
    FROM staging.reference_targets
),

steps AS (
    SELECT
        company_id,
        group_key,
        payment_id,
        paid_on,
        sum(amount) OVER by_day - amount AS level_before,
        sum(amount) OVER by_day AS level_after
    FROM payments
    WINDOW by_day AS (PARTITION BY company_id, group_key ORDER BY paid_on, payment_id)
)

SELECT
    steps.company_id,
    steps.payment_id,
    pile.customer_id,
    pile.receivable_id,
    pile.currency,
    (least(steps.level_after, pile.upper_end) - greatest(steps.level_before, pile.lower_end))::DECIMAL(18, 2) AS amount,
    steps.paid_on
FROM steps
INNER JOIN pile
    ON
        steps.company_id = pile.company_id
        AND steps.group_key = pile.group_key
        AND steps.level_before < pile.upper_end
        AND steps.level_after > pile.lower_end
