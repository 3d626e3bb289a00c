-- The receivables that the texts of unnamed payments name: by document number, receivable id, number of the payment
-- document or purchase order, spelt as in staging.payment_words.
-- Grain: company, payment, receivable. Only receivables issued by as_of. A word inside a longer one that names
-- something names nothing.
-- is_own: of the paying customer, NULL where nobody knows who paid. fits: in the payment's currency and of the sign
-- that its kind settles: debts for money received and for debits and chargebacks returned, credit notes for refunds.
-- The one place where texts meet ten million receivables; without texts it reads none of them.
-- Materialized: table
WITH spelt AS (
    SELECT
        company_id,
        receivable_id,
        customer_id,
        document_number,
        currency,
        amount,
        invoice_date,
        unnest([
            ltrim(regexp_replace(upper(document_number), '[^0-9A-Z]', '', 'g'), '0'),
            ltrim(regexp_replace(upper(receivable_id), '[^0-9A-Z]', '', 'g'), '0'),
            ltrim(regexp_replace(upper(payment_document_number), '[^0-9A-Z]', '', 'g'), '0'),
            ltrim(regexp_replace(upper(purchase_order), '[^0-9A-Z]', '', 'g'), '0')
        ]) AS word
    FROM landing.receivables
),

named AS (
    SELECT
        words.company_id,
        words.payment_id,
        words.first_place,
        words.last_place,
        words.size,
        words.is_short,
        spelt.receivable_id,
        spelt.customer_id,
        spelt.document_number,
        spelt.currency,
        spelt.amount,
        spelt.invoice_date
    FROM spelt
    INNER JOIN staging.payment_words AS words ON spelt.company_id = words.company_id AND spelt.word = words.word
),

issued AS (
    SELECT named.*
    FROM named
    INNER JOIN run.parameters AS run ON named.invoice_date <= run.as_of
),

outermost AS (
    SELECT issued.*
    FROM issued
    ANTI JOIN issued AS longer
        ON
            issued.company_id = longer.company_id
            AND issued.payment_id = longer.payment_id
            AND issued.first_place >= longer.first_place
            AND issued.last_place <= longer.last_place
            AND issued.size < longer.size
)

SELECT
    found.company_id,
    found.payment_id,
    found.receivable_id,
    any_value(found.customer_id) AS debtor_id,
    any_value(found.document_number) AS document_number,
    bool_and(found.is_short) AS is_short,
    any_value(payments.customer_id = found.customer_id) AS is_own,
    any_value(
        payments.currency = found.currency
        AND (found.amount > 0) = (payments.kind <> 'refund')
        AND payments.kind IS NOT NULL
    ) AS fits
FROM outermost AS found
INNER JOIN staging.unnamed_payments AS payments
    ON found.company_id = payments.company_id AND found.payment_id = payments.payment_id
GROUP BY found.company_id, found.payment_id, found.receivable_id
