-- How the newest direct debit of a receivable stands.
-- Grain: company, receivable that a direct debit was ordered for.
-- status: 'returned' where the bank refused it or took the money back (an answer, or a returned debit in a statement
-- that names the order or the document); 'on_its_way' until expected_until; 'overdue' after that, when the money should
-- have been booked or come back, so that the receivable is what the other exports say of it.
-- expected_until: ten days after the day of collection. Banks return within five banking days (EPC SEPA Core
-- rulebook; three in B2B), up to nine days around Easter, and a statement is a day behind. A debtor may ask for the
-- money back for eight weeks more: that is told by the return itself.
-- returned_on: the last day on which that was said; NULL unless it was.
-- Materialized: table
WITH returned_money AS (
    SELECT
        company_id,
        document_number,
        max(paid_on) AS returned_on
    FROM staging.known_payments
    WHERE kind = 'returned_debit' AND document_number IS NOT NULL
    GROUP BY company_id, document_number
),

newest AS (
    SELECT
        targets.company_id,
        targets.receivable_id,
        targets.direct_debit_id,
        targets.document_number,
        targets.end_to_end_id,
        targets.collect_on
    FROM staging.debit_targets AS targets
    QUALIFY
        row_number() OVER (
            PARTITION BY targets.company_id, targets.receivable_id
            ORDER BY targets.collect_on DESC, targets.stated_on DESC, targets.direct_debit_id DESC
        ) = 1
)

SELECT
    newest.company_id,
    newest.receivable_id,
    newest.direct_debit_id,
    newest.collect_on,
    newest.collect_on + 10 AS expected_until,
    CASE
        WHEN
            refusals.direct_debit_id IS NOT NULL
            OR by_order.returned_on >= newest.collect_on
            OR by_document.returned_on >= newest.collect_on
            THEN 'returned'
        WHEN newest.collect_on + 10 >= run.as_of THEN 'on_its_way'
        ELSE 'overdue'
    END AS status,
    CASE
        WHEN status = 'returned' THEN greatest(refusals.refused_on, by_order.returned_on, by_document.returned_on)
    END AS returned_on,
    refusals.reason_code
FROM newest
CROSS JOIN run.parameters AS run
LEFT JOIN staging.debit_refusals AS refusals
    ON newest.company_id = refusals.company_id AND newest.direct_debit_id = refusals.direct_debit_id
LEFT JOIN returned_money AS by_order
    ON newest.company_id = by_order.company_id AND newest.end_to_end_id = by_order.document_number
LEFT JOIN returned_money AS by_document
    ON newest.company_id = by_document.company_id AND newest.document_number = by_document.document_number
