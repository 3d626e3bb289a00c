-- Money that stands against a customer's debt: open credit notes, and payments that could be laid on nothing.
-- Grain: company, customer, currency; only where there is such money. Positive amounts in `currency`.
-- Credit notes are not netted with invoices here: which one they belong to is the company's to say, by a payment row
-- that names the note, or by what the export states as open. Payments of unknown customers are in
-- staging.unapplied_payments only. Money returned beyond what was seen arriving is no credit: such a customer has
-- unapplied_amount 0, not less.
-- Materialized: table
WITH sources AS (
    SELECT
        company_id,
        customer_id,
        currency,
        -open_amount AS credit_note_amount,
        0 AS unapplied_amount
    FROM staging.open_settlements
    WHERE open_amount < 0
    UNION ALL
    SELECT
        company_id,
        customer_id,
        currency,
        0 AS credit_note_amount,
        unapplied_amount
    FROM staging.unapplied_payments
    WHERE customer_id IS NOT NULL
),

sums AS (
    SELECT
        company_id,
        customer_id,
        currency,
        sum(credit_note_amount)::DECIMAL(18, 2) AS credit_notes_amount,
        greatest(sum(unapplied_amount), 0)::DECIMAL(18, 2) AS unapplied_amount
    FROM sources
    GROUP BY company_id, customer_id, currency
)

SELECT
    company_id,
    customer_id,
    currency,
    credit_notes_amount,
    unapplied_amount,
    (credit_notes_amount + unapplied_amount)::DECIMAL(18, 2) AS credit_amount
FROM sums
WHERE credit_notes_amount + unapplied_amount > 0
