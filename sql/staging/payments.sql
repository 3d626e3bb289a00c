-- The known payments (staging.known_payments), and how much of each is laid on receivables.
-- Grain: company, payment (or part of one that the export allocates). Amounts in `currency`, signed like money:
-- amount = applied_amount + unapplied_amount, always, so no money is lost between the bank and the receivables.
-- allocation_rule: as in staging.allocations (a payment is laid by one rule only), or 'unapplied' when nothing of it
-- is laid anywhere; allocation_confidence: the rule's, NULL when nothing is laid.
-- customer_id: who paid; where nobody says, whose debt it was laid on. payer_known_by: 'export', 'account' (the
-- customers export gives it), 'reference' (whose document the text names), 'amount', NULL where nobody knows.
-- Materialized: view
WITH guessed AS (
    SELECT
        company_id,
        payment_id,
        any_value(customer_id) AS customer_id,
        any_value(rule) AS rule
    FROM staging.guessed_allocations
    GROUP BY company_id, payment_id
),

judged AS (
    SELECT
        payments.company_id,
        payments.payment_id,
        coalesce(payments.customer_id, guessed.customer_id) AS customer_id,
        payments.receivable_id,
        payments.document_number,
        payments.paid_on,
        payments.currency,
        payments.amount,
        payments.kind,
        payments.payment_method,
        payments.source,
        payments.file,
        payments.file_row,
        coalesce(unapplied.unapplied_amount, 0)::DECIMAL(18, 2) AS unapplied_amount,
        CASE
            WHEN payments.amount = unapplied.unapplied_amount THEN 'unapplied'
            WHEN guessed.rule IS NOT NULL THEN guessed.rule
            WHEN payments.found_by IS NOT NULL THEN payments.found_by
            WHEN payments.receivable_id IS NOT NULL THEN 'receivable'
            ELSE 'document'
        END AS allocation_rule,
        if(payments.customer_id IS NULL AND guessed.rule IS NOT NULL, 'amount', payments.payer_known_by)
            AS payer_known_by
    FROM staging.known_payments AS payments
    LEFT JOIN staging.unapplied_payments AS unapplied
        ON payments.company_id = unapplied.company_id AND payments.payment_id = unapplied.payment_id
    LEFT JOIN guessed ON payments.company_id = guessed.company_id AND payments.payment_id = guessed.payment_id
)

SELECT
    judged.company_id,
    judged.payment_id,
    judged.customer_id,
    judged.receivable_id,
    judged.document_number,
    judged.paid_on,
    judged.currency,
    judged.amount,
    judged.kind,
    judged.payment_method,
    judged.source,
    judged.file,
    judged.file_row,
    (judged.amount - judged.unapplied_amount)::DECIMAL(18, 2) AS applied_amount,
    judged.unapplied_amount,
    judged.allocation_rule,
    rules.confidence AS allocation_confidence,
    judged.payer_known_by
FROM judged
LEFT JOIN staging.allocation_rules AS rules ON judged.allocation_rule = rules.rule
