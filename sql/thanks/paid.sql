-- Receivables that were paid lately and may be thanked for, as far as they themselves are concerned (docs/strategy.md,
-- Saying thank you).
-- Grain: one row per receivable (company_id, receivable_id); none where the strategy thanks nobody.
-- Units: paid_amount positive, in currency: all of the receivable. paid_on: the day of the payment that settled it.
-- Paid means settled by payments that name it or its document: what an export merely calls cleared may be a credit note
-- or a write-off, and a guess is no reason to thank. A direct debit was our own doing,
-- and what lawyers or an agency got was theirs.
-- The facts of the receivable are those of staging.receivables, whose files cannot be read while messages are written.
-- Materialized: table
WITH settled AS (
    SELECT
        s.company_id,
        s.customer_id,
        s.receivable_id,
        s.currency,
        s.paid_amount,
        s.settled_on AS paid_on
    FROM staging.settlements AS s
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.thank_you AS p
        ON s.settled_on >= run.as_of - p.within_days AND s.settled_on <= run.as_of
    WHERE s.open_amount = 0 AND s.cleared_amount = 0 AND s.paid_amount > 0
),

handed_over AS (
    SELECT DISTINCT
        s.company_id,
        l.receivable_id
    FROM settled AS s
    INNER JOIN ledger.sent_steps AS l ON s.company_id = l.company_id AND s.receivable_id = l.receivable_id
    WHERE l.channel IN ('legal', 'agency')
),

clean AS (
    SELECT
        s.*,
        r.document_number,
        r.document_type,
        r.instalment_number,
        r.invoice_date,
        r.due_date,
        r.payment_terms_days,
        r.amount,
        r.purchase_order
    FROM settled AS s
    INNER JOIN staging.receivables AS r ON s.company_id = r.company_id AND s.receivable_id = r.receivable_id
    ANTI JOIN staging.guessed_totals AS g ON s.company_id = g.company_id AND s.receivable_id = g.receivable_id
    ANTI JOIN staging.direct_debits AS d ON s.company_id = d.company_id AND s.receivable_id = d.receivable_id
    ANTI JOIN handed_over AS h ON s.company_id = h.company_id AND s.receivable_id = h.receivable_id
    ANTI JOIN ledger.thanks AS t ON s.company_id = t.company_id AND s.receivable_id = t.receivable_id
    WHERE
        r.document_type IN ('invoice', 'debit_note')
        AND NOT coalesce(r.is_disputed, FALSE)
        AND coalesce(r.dunning_block, '') = ''
        AND NOT coalesce(r.is_assigned, FALSE)
),

reminded AS (
    SELECT DISTINCT
        c.company_id,
        c.receivable_id
    FROM clean AS c
    INNER JOIN ledger.sent_steps AS s
        ON c.company_id = s.company_id AND c.receivable_id = s.receivable_id AND c.paid_on >= s.sent_on
    WHERE s.delivery <> 'returned' AND s.channel IN ('email', 'letter', 'whatsapp', 'call', 'visit')
),

promised AS (
    SELECT DISTINCT
        c.company_id,
        c.receivable_id
    FROM clean AS c
    INNER JOIN segment.promises AS p
        ON
            c.company_id = p.company_id
            AND c.customer_id = p.customer_id
            AND (
                c.receivable_id = p.receivable_id
                OR (p.receivable_id IS NULL AND c.currency = coalesce(p.currency, c.currency))
            )
    WHERE p.state = 'kept' AND c.paid_on BETWEEN p.recorded_on AND p.kept_until
)

SELECT
    c.company_id,
    c.customer_id,
    c.receivable_id,
    c.currency,
    c.paid_amount::DECIMAL(18, 2) AS paid_amount,
    c.paid_on,
    c.document_number,
    c.document_type,
    c.instalment_number,
    c.invoice_date,
    c.due_date,
    c.payment_terms_days,
    c.amount,
    c.purchase_order
FROM clean AS c
CROSS JOIN policy.thank_you AS p
LEFT JOIN reminded AS r ON c.company_id = r.company_id AND c.receivable_id = r.receivable_id
LEFT JOIN promised AS k ON c.company_id = k.company_id AND c.receivable_id = k.receivable_id
WHERE
    (p.is_for_reminded AND r.receivable_id IS NOT NULL)
    OR (p.is_for_promise_kept AND k.receivable_id IS NOT NULL)
    OR (p.is_for_in_time AND c.paid_on <= c.due_date)
