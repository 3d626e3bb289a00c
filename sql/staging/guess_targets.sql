-- The open debts that staging.guessable_payments could be for: those of customers that are known to have paid, and
-- where nobody knows who paid, those of exactly that amount.
-- Grain: company, receivable. open_amount in `currency`, positive, before any guess.
-- is_distinctive: no other receivable of the company, open or closed, ever had this amount, and it is no round one (a
-- multiple of ten): a payment of just this amount is hardly anything else's.
-- Materialized: table
WITH found AS (
    SELECT
        unsettled.company_id,
        unsettled.customer_id,
        unsettled.receivable_id,
        unsettled.currency,
        unsettled.open_amount,
        unsettled.invoice_date,
        unsettled.due_date,
        unsettled.stated_open_amount
    FROM staging.unsettled AS unsettled
    SEMI JOIN staging.guessable_payments AS payments
        ON unsettled.company_id = payments.company_id AND unsettled.customer_id = payments.customer_id
    WHERE unsettled.open_amount > 0
    UNION
    SELECT
        unsettled.company_id,
        unsettled.customer_id,
        unsettled.receivable_id,
        unsettled.currency,
        unsettled.open_amount,
        unsettled.invoice_date,
        unsettled.due_date,
        unsettled.stated_open_amount
    FROM staging.unsettled AS unsettled
    SEMI JOIN staging.guessable_payments AS payments
        ON
            unsettled.company_id = payments.company_id
            AND unsettled.currency = payments.currency
            AND unsettled.open_amount = payments.amount
            AND payments.customer_id IS NULL
    WHERE unsettled.open_amount > 0
),

asked AS (
    SELECT DISTINCT
        company_id,
        currency,
        amount
    FROM staging.guessable_payments
    WHERE customer_id IS NULL AND amount % 10 <> 0
),

distinctive AS (
    SELECT
        receivables.company_id,
        receivables.currency,
        receivables.amount
    FROM landing.receivables AS receivables
    INNER JOIN asked
        ON
            receivables.company_id = asked.company_id
            AND receivables.currency = asked.currency
            AND receivables.amount = asked.amount
    INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
    GROUP BY receivables.company_id, receivables.currency, receivables.amount
    HAVING count(*) = 1
)

SELECT
    found.company_id,
    found.customer_id,
    found.receivable_id,
    found.currency,
    found.open_amount,
    found.invoice_date,
    found.due_date,
    found.stated_open_amount,
    distinctive.amount IS NOT NULL AS is_distinctive
FROM found
LEFT JOIN distinctive
    ON
        found.company_id = distinctive.company_id
        AND found.currency = distinctive.currency
        AND found.open_amount = distinctive.amount
