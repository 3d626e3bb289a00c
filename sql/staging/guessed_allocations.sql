-- Money laid on receivables by a rule that guesses, in the order of the rules: each sees only the money and the debts
-- that those before it left.
-- Grain: company, payment, receivable. amount in `currency`, positive; never more than the payment or what is open.
-- customer_id: whose debt it is. Debts only: which invoice a credit note belongs to is the company's to say.
-- Materialized: table
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'reference' AS rule
FROM staging.reference_parts
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    rule
FROM staging.amount_pairs
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'amount_and_customer' AS rule
FROM staging.amount_sums
UNION ALL
SELECT
    company_id,
    payment_id,
    customer_id,
    receivable_id,
    currency,
    amount,
    paid_on,
    'oldest_first' AS rule
FROM staging.oldest_parts
