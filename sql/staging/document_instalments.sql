-- Where each instalment lies in its document's pile: what payments that name the document can fill, oldest due first.
-- Grain: company, receivable; only of shared documents. lower_end and upper_end in `currency`,
-- positive also for credit notes; what payments naming the instalment itself filled is out.
-- Materialized: table
WITH instalments AS (
    SELECT
        receivables.company_id,
        receivables.document_number,
        receivables.currency,
        receivables.customer_id,
        receivables.receivable_id,
        receivables.due_date,
        receivables.instalment_number,
        abs(receivables.amount) AS amount,
        if(shared.is_debt, 1, -1) AS direction
    FROM staging.receivables AS receivables
    INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
    INNER JOIN staging.shared_documents AS shared
        ON
            receivables.company_id = shared.company_id
            AND receivables.document_number = shared.document_number
            AND receivables.currency = shared.currency
            AND (receivables.amount > 0) = shared.is_debt
),

direct AS (
    SELECT
        instalments.company_id,
        instalments.receivable_id,
        sum(instalments.direction * payments.amount) AS amount
    FROM instalments
    INNER JOIN staging.known_payments AS payments
        ON
            instalments.company_id = payments.company_id
            AND instalments.receivable_id = payments.receivable_id
            AND instalments.currency = payments.currency
            AND NOT coalesce(payments.kind IN ('fee', 'refund') AND instalments.direction > 0, FALSE)
    GROUP BY instalments.company_id, instalments.receivable_id
),

capacities AS (
    SELECT
        instalments.company_id,
        instalments.document_number,
        instalments.currency,
        instalments.customer_id,
        instalments.receivable_id,
        instalments.due_date,
        instalments.instalment_number,
        instalments.amount - least(greatest(coalesce(direct.amount, 0), 0), instalments.amount) AS capacity
    FROM instalments
    LEFT JOIN direct
        ON instalments.company_id = direct.company_id AND instalments.receivable_id = direct.receivable_id
)

SELECT
    company_id,
    document_number,
    currency,
    customer_id,
    receivable_id,
    sum(capacity) OVER pile - capacity AS lower_end,
    sum(capacity) OVER pile AS upper_end
FROM capacities
WINDOW pile AS (
    PARTITION BY company_id, document_number, currency, customer_id
    ORDER BY due_date, instalment_number, receivable_id
)
