-- What the person who calls should know of a customer: how it pays, what was said, what is objected to.
-- Grain: one row per customer (company_id, customer_id) with a line. Units: last_paid_amount in last_paid_currency;
-- late_share 0-1; median_days_late in days, NULL without history. last_message_…: the newest message that was, or may
-- have been, said on an earlier day, of any channel; last_result…: the newest contact that a person made or tried.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id
    FROM worklist.lines
),

paid AS (
    SELECT
        p.company_id,
        p.customer_id,
        max(p.paid_on) AS last_paid_on,
        max_by(p.amount, (p.paid_on, p.payment_id)) AS last_paid_amount,
        max_by(p.currency, (p.paid_on, p.payment_id)) AS last_paid_currency
    FROM staging.payments AS p
    CROSS JOIN run.parameters AS run
    SEMI JOIN wanted AS w ON p.company_id = w.company_id AND p.customer_id = w.customer_id
    WHERE p.amount > 0 AND p.paid_on <= run.as_of
    GROUP BY p.company_id, p.customer_id
),

spoken AS (
    SELECT
        m.company_id,
        m.customer_id,
        max(m.as_of) AS last_message_on,
        max_by(m.step, (m.as_of, m.reminder_key)) AS last_message_step,
        max_by(m.channel, (m.as_of, m.reminder_key)) AS last_message_channel
    FROM ledger.reminders AS m
    CROSS JOIN run.parameters AS run
    SEMI JOIN wanted AS w ON m.company_id = w.company_id AND m.customer_id = w.customer_id
    WHERE m.as_of < run.as_of AND m.status IN ('claimed', 'accepted', 'delivered', 'bounced', 'unknown')
    GROUP BY m.company_id, m.customer_id
),

answered AS (
    SELECT
        c.company_id,
        c.customer_id,
        max(c.contacted_on) AS last_result_on,
        max_by(c.result, (c.contacted_on, c.result_id)) AS last_result
    FROM ledger.contact_results AS c
    SEMI JOIN wanted AS w ON c.company_id = w.company_id AND c.customer_id = w.customer_id
    GROUP BY c.company_id, c.customer_id
),

disputed AS (
    SELECT
        d.company_id,
        d.customer_id,
        count(*) AS open_disputes
    FROM ledger.disputes AS d
    SEMI JOIN wanted AS w ON d.company_id = w.company_id AND d.customer_id = w.customer_id
    WHERE d.resolved_on IS NULL
    GROUP BY d.company_id, d.customer_id
)

SELECT
    w.company_id,
    w.customer_id,
    coalesce(s.settled_count, 0) AS settled_count,
    s.late_share,
    s.median_days_late,
    s.risk_grade,
    list_transform(s.reasons, LAMBDA reason: struct_extract(reason, 'code')) AS score_reasons,
    paid.last_paid_on,
    paid.last_paid_amount,
    paid.last_paid_currency,
    coalesce(p.kept, 0) AS promises_kept,
    coalesce(p.broken, 0) AS promises_broken,
    coalesce(p.open, 0) AS promises_open,
    coalesce(d.open_disputes, 0) AS open_disputes,
    m.last_message_on,
    m.last_message_step,
    m.last_message_channel,
    a.last_result_on,
    a.last_result
FROM wanted AS w
LEFT JOIN score.customer_scores AS s ON w.company_id = s.company_id AND w.customer_id = s.customer_id
LEFT JOIN paid ON w.company_id = paid.company_id AND w.customer_id = paid.customer_id
LEFT JOIN worklist.promises AS p ON w.company_id = p.company_id AND w.customer_id = p.customer_id
LEFT JOIN disputed AS d ON w.company_id = d.company_id AND w.customer_id = d.customer_id
LEFT JOIN spoken AS m ON w.company_id = m.company_id AND w.customer_id = m.customer_id
LEFT JOIN answered AS a ON w.company_id = a.company_id AND w.customer_id = a.customer_id
