-- What we still owe a debtor about a receivable, and for which nobody is reminded meanwhile (requirement 004-P4).
-- Grain: one row per open receivable and duty (company_id, receivable_id, duty).
-- source: 'export' where the accounting system says so, 'bank' where a direct debit came back for a reason of ours,
-- 'ledger' where people recorded it. The first of these that holds is kept.
-- stated_since: the day from which it is known to stand; NULL where only a mark without a day says it.
-- A duty with a day later than the run's is not met yet; one without a day is not known, and nothing is concluded.
-- What people recorded ends with a later entry that it was done, with the confirmation that answers it, or with an
-- export that gives a later day; on the same day, the good news wins. What the bank said ends in the same way, or with
-- a newer order.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH stated AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        unnest(
            list_filter(
                [
                    CASE
                        WHEN r.has_open_complaint
                            THEN struct_pack(duty := 'open_complaint', since := NULL::DATE)
                    END,
                    CASE
                        WHEN NOT r.is_price_agreed
                            THEN struct_pack(duty := 'price_not_agreed', since := NULL::DATE)
                    END,
                    CASE
                        WHEN r.delivered_on > run.as_of
                            THEN struct_pack(duty := 'not_delivered', since := r.invoice_date)
                    END,
                    CASE
                        WHEN r.goods_received_on > run.as_of
                            THEN struct_pack(duty := 'goods_not_received', since := r.invoice_date)
                    END,
                    CASE
                        WHEN r.document_sent_on > run.as_of
                            THEN struct_pack(duty := 'document_not_sent', since := r.invoice_date)
                    END
                ],
                LAMBDA entry: entry IS NOT NULL
            )
        ) AS entry
    FROM staging.open_receivables AS r
    CROSS JOIN run.parameters AS run
    WHERE
        r.has_open_complaint
        OR NOT r.is_price_agreed
        OR r.delivered_on > run.as_of
        OR r.goods_received_on > run.as_of
        OR r.document_sent_on > run.as_of
),

without_order AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        r.invoice_date
    FROM staging.open_receivables AS r
    INNER JOIN segment.customers AS s ON r.company_id = s.company_id AND r.customer_id = s.customer_id
    INNER JOIN policy.duty_purchase_orders AS p ON s.segment = p.segment
    WHERE r.document_type = 'invoice' AND coalesce(r.purchase_order, '') = ''
),

returned AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        d.returned_on
    FROM staging.direct_debits AS d
    INNER JOIN policy.duty_return_codes AS c ON d.reason_code = c.reason_code
    INNER JOIN staging.open_receivables AS r ON d.company_id = r.company_id AND d.receivable_id = r.receivable_id
    WHERE d.status = 'returned'
),

recorded AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.receivable_id,
        r.delivered_on,
        r.goods_received_on,
        r.document_sent_on,
        e.duty,
        max(e.noted_on) AS noted_on,
        min(e.noted_on) AS since
    FROM ledger.duty_entries AS e
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_receivables AS r ON e.company_id = r.company_id AND e.customer_id = r.customer_id
    WHERE
        NOT e.is_met
        AND e.noted_on <= run.as_of
        AND r.receivable_id = coalesce(e.receivable_id, r.receivable_id)
        AND (e.receivable_id IS NOT NULL OR r.invoice_date <= e.noted_on)
    GROUP BY ALL
),

found AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        struct_extract(entry, 'duty') AS duty,
        'export' AS source,
        struct_extract(entry, 'since') AS stated_since,
        NULL::DATE AS noted_on
    FROM stated
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        'purchase_order_missing' AS duty,
        'export' AS source,
        invoice_date AS stated_since,
        NULL AS noted_on
    FROM without_order
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        'direct_debit_returned' AS duty,
        'bank' AS source,
        returned_on AS stated_since,
        returned_on AS noted_on
    FROM returned
    UNION ALL
    SELECT
        n.company_id,
        n.customer_id,
        n.receivable_id,
        n.duty,
        'ledger' AS source,
        n.since AS stated_since,
        n.noted_on
    FROM recorded AS n
    CROSS JOIN run.parameters AS run
    WHERE
        NOT coalesce(
            CASE n.duty
                WHEN 'document_not_sent' THEN n.document_sent_on BETWEEN n.noted_on AND run.as_of
                WHEN 'not_delivered' THEN greatest(n.delivered_on, n.goods_received_on) BETWEEN n.noted_on AND run.as_of
                WHEN 'goods_not_received' THEN n.goods_received_on BETWEEN n.noted_on AND run.as_of
            END,
            FALSE
        )
),

done AS (
    SELECT
        e.company_id,
        e.customer_id,
        e.receivable_id,
        e.duty,
        e.noted_on AS done_on
    FROM ledger.duty_entries AS e
    CROSS JOIN run.parameters AS run
    WHERE e.is_met AND e.noted_on <= run.as_of
    UNION ALL
    SELECT
        c.company_id,
        c.customer_id,
        c.receivable_id,
        k.duty,
        c.confirmed_on AS done_on
    FROM ledger.confirmations AS c
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.duty_kinds AS k ON c.kind = k.confirmed_by
    WHERE c.confirmed_on <= run.as_of
)

SELECT
    f.company_id,
    f.customer_id,
    f.receivable_id,
    f.duty,
    k.position,
    f.source,
    f.stated_since
FROM found AS f
INNER JOIN policy.duty_kinds AS k ON f.duty = k.duty AND k.holds_back
ANTI JOIN done AS d
    ON
        f.company_id = d.company_id
        AND f.customer_id = d.customer_id
        AND f.duty = d.duty
        AND f.receivable_id = coalesce(d.receivable_id, f.receivable_id)
        AND f.noted_on <= d.done_on
QUALIFY
    row_number() OVER (
        PARTITION BY f.company_id, f.receivable_id, f.duty
        ORDER BY list_position(['export', 'bank', 'ledger'], f.source)
    ) = 1
