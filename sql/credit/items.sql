-- Open receivables as the credit policy counts them: all are exposure; those are arrears that are past the strategy's
-- tolerance and that the customer has no reason to keep back.
-- Grain: one row per open receivable (company_id, receivable_id). open_amount in `currency`, positive.
-- No arrears: what is disputed, ceded to a factor or bank, or on its way by direct debit, and what something of ours is
-- missing for (an open complaint, a price not agreed, goods not delivered or received, a document not sent).
-- Materialized: view
WITH disputes AS (
    SELECT
        d.company_id,
        d.customer_id,
        d.receivable_id
    FROM ledger.disputes AS d
    INNER JOIN run.parameters AS run
        ON d.opened_on <= run.as_of AND coalesce(d.resolved_on, 'infinity'::DATE) > run.as_of
),

disputed_customers AS (
    SELECT DISTINCT
        company_id,
        customer_id
    FROM disputes
    WHERE receivable_id IS NULL
),

disputed_receivables AS (
    SELECT DISTINCT
        company_id,
        receivable_id
    FROM disputes
    WHERE receivable_id IS NOT NULL
)

SELECT
    r.company_id,
    r.customer_id,
    r.receivable_id,
    r.currency,
    r.open_amount,
    r.due_date,
    r.days_overdue,
    (
        r.days_overdue > p.tolerance_days
        AND NOT coalesce(r.is_disputed, FALSE)
        AND NOT coalesce(r.is_assigned, FALSE)
        AND NOT coalesce(r.has_open_complaint, FALSE)
        AND coalesce(r.is_price_agreed, TRUE)
        AND coalesce(r.delivered_on <= run.as_of, TRUE)
        AND coalesce(r.goods_received_on <= run.as_of, TRUE)
        AND coalesce(r.document_sent_on <= run.as_of, TRUE)
        AND coalesce(d.status <> 'on_its_way', TRUE)
        AND c.customer_id IS NULL
        AND i.receivable_id IS NULL
    ) AS is_arrears
FROM staging.open_receivables AS r
CROSS JOIN run.parameters AS run
CROSS JOIN policy.parameters AS p
LEFT JOIN staging.direct_debits AS d ON r.company_id = d.company_id AND r.receivable_id = d.receivable_id
LEFT JOIN disputed_customers AS c ON r.company_id = c.company_id AND r.customer_id = c.customer_id
LEFT JOIN disputed_receivables AS i ON r.company_id = i.company_id AND r.receivable_id = i.receivable_id
