-- How high the payments that name a shared document stand, before and after each of them.
-- Grain: company, payment; only payments that name a document and no instalment. Levels in `currency`, never negative:
-- money returned lowers the level, and what was never seen arriving cannot be taken from it.
-- direction is 1, or -1 for documents that are credit notes only, whose payments are refunds.
-- A number means the paying customer's document. Without a payer it means the only customer's that has it, and none
-- where several share it.
-- Same day: money received before money returned, then by payment_id, so that the order of the rows does not matter.
-- Materialized: table
WITH owners AS (
    SELECT
        company_id,
        document_number,
        currency,
        min(customer_id) AS first_customer_id,
        max(customer_id) AS last_customer_id
    FROM staging.document_instalments
    GROUP BY company_id, document_number, currency
),

claims AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        payments.customer_id,
        payments.document_number,
        payments.currency,
        payments.paid_on,
        payments.amount,
        coalesce(
            payments.customer_id,
            if(owners.first_customer_id = owners.last_customer_id, owners.first_customer_id, NULL)
        ) AS debtor_id,
        if(shared.is_debt, 1, -1) AS direction,
        payments.kind,
        coalesce(payments.found_by, 'document') AS rule,
        -- Refunds and fees of the bank never re-open a debt.
        if(
            coalesce(payments.kind IN ('fee', 'refund') AND shared.is_debt, FALSE),
            0,
            if(shared.is_debt, 1, -1) * payments.amount
        ) AS step
    FROM staging.known_payments AS payments
    INNER JOIN staging.shared_documents AS shared
        ON
            payments.company_id = shared.company_id
            AND payments.document_number = shared.document_number
            AND payments.currency = shared.currency
    INNER JOIN owners
        ON
            payments.company_id = owners.company_id
            AND payments.document_number = owners.document_number
            AND payments.currency = owners.currency
    WHERE payments.receivable_id IS NULL
),

totals AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        document_number,
        currency,
        paid_on,
        amount,
        debtor_id,
        direction,
        kind,
        rule,
        row_number() OVER in_order AS position,
        sum(step) OVER in_order AS running_total
    FROM claims
    WINDOW in_order AS (
        PARTITION BY company_id, document_number, currency, debtor_id
        ORDER BY paid_on, step < 0, payment_id
    )
),

levels AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        document_number,
        currency,
        paid_on,
        amount,
        debtor_id,
        direction,
        kind,
        rule,
        position,
        -- Taking the lowest point below zero off again is what keeps the level from sinking under zero.
        running_total - least(0, min(running_total) OVER so_far) AS level_after
    FROM totals
    WINDOW so_far AS (PARTITION BY company_id, document_number, currency, debtor_id ORDER BY position)
)

SELECT
    company_id,
    payment_id,
    customer_id,
    document_number,
    currency,
    paid_on,
    amount,
    debtor_id,
    direction,
    kind,
    rule,
    lag(level_after, 1, 0) OVER so_far AS level_before,
    level_after
FROM levels
WINDOW so_far AS (PARTITION BY company_id, document_number, currency, debtor_id ORDER BY position)
