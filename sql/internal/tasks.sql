-- What our own people have to do before a debtor is asked for money (requirements 004-P4, 004-P8).
-- Grain: one row per task and currency at stake (company_id, task_id, currency): a task about all of a customer has a
-- row for each currency that is open. Only where something is open.
-- task_id: the duty and what it is about; the same day after day, until it is done.
-- since: the day that it is known to stand from, else the first run that saw it (previous.internal_tasks).
-- due_by: since and the days that the strategy gives; is_overdue after that, and escalate_to hears of it.
-- Units: open_amount positive, in currency. days_held_back: days that a step which was due has waited for this task (of
-- the receivable that waits longest); 0 where none was due.
-- undisputed_amount: what of open_amount no open dispute is about; only of a dispute without news.
-- Materialized: table
WITH found AS (
    SELECT
        company_id,
        customer_id,
        receivable_id,
        NULL::VARCHAR AS contact_id,
        duty,
        receivable_id AS subject,
        source,
        stated_since
    FROM duties.open
    UNION ALL
    SELECT
        company_id,
        customer_id,
        receivable_id,
        NULL AS contact_id,
        'dispute_without_news' AS duty,
        subject,
        source,
        news_on AS stated_since
    FROM internal.disputes
    UNION ALL
    SELECT
        company_id,
        customer_id,
        NULL AS receivable_id,
        contact_id,
        'wrong_contact' AS duty,
        concat_ws(':', customer_id, nullif(contact_id, '')) AS subject,
        'ledger' AS source,
        wrong_on AS stated_since
    FROM internal.contacts
),

dated AS (
    SELECT
        f.*,
        f.duty || ':' || f.subject AS task_id,
        coalesce(f.stated_since, p.since, run.as_of) AS since
    FROM found AS f
    CROSS JOIN run.parameters AS run
    LEFT JOIN previous.internal_tasks AS p
        ON f.company_id = p.company_id AND f.duty || ':' || f.subject = p.task_id
),

concerned AS (
    SELECT
        t.*,
        i.receivable_id AS item_id,
        i.currency,
        i.open_amount
    FROM dated AS t
    INNER JOIN decide.items AS i ON t.company_id = i.company_id AND t.receivable_id = i.receivable_id
    UNION ALL
    SELECT
        t.*,
        i.receivable_id AS item_id,
        i.currency,
        i.open_amount
    FROM dated AS t
    INNER JOIN decide.items AS i
        ON t.receivable_id IS NULL AND t.company_id = i.company_id AND t.customer_id = i.customer_id
),

contested AS (
    SELECT
        d.company_id,
        d.receivable_id,
        any_value(d.currency) AS currency,
        sum(d.amount) AS amount
    FROM ledger.disputes AS d
    CROSS JOIN run.parameters AS run
    WHERE
        d.opened_on <= run.as_of
        AND coalesce(d.resolved_on > run.as_of, TRUE)
        AND d.receivable_id IS NOT NULL
    GROUP BY d.company_id, d.receivable_id
    HAVING count(*) = count(d.amount) AND count(DISTINCT d.currency) = 1
),

waiting AS (
    SELECT
        d.company_id,
        d.receivable_id,
        v.reason,
        d.opens_on
    FROM decide.step_dates AS d
    SEMI JOIN concerned AS c ON d.company_id = c.company_id AND d.receivable_id = c.item_id
    INNER JOIN decide.verdicts AS v ON d.item_number = v.item_number AND d.is_due
    WHERE v.reason IN ('own_duty', 'disputed', 'no_usable_contact')
)

SELECT
    c.company_id,
    c.task_id,
    c.customer_id,
    c.receivable_id,
    nullif(c.contact_id, '') AS contact_id,
    c.duty,
    k.position,
    c.source,
    c.since,
    c.since + k.within_days AS due_by,
    run.as_of > c.since + k.within_days AS is_overdue,
    k.owner,
    CASE WHEN run.as_of > c.since + k.within_days THEN k.escalate_to END AS escalate_to,
    c.currency,
    sum(c.open_amount)::DECIMAL(18, 2) AS open_amount,
    (
        sum(greatest(c.open_amount - coalesce(n.amount, c.open_amount), 0)) FILTER (
            WHERE c.duty = 'dispute_without_news'
        )
    )::DECIMAL(18, 2) AS undisputed_amount,
    count(*) AS open_receivables,
    coalesce(
        max(run.as_of - greatest(c.since, w.opens_on)) FILTER (WHERE w.opens_on IS NOT NULL), 0
    )::INTEGER AS days_held_back
FROM concerned AS c
CROSS JOIN run.parameters AS run
INNER JOIN policy.duty_kinds AS k ON c.duty = k.duty
LEFT JOIN waiting AS w
    ON
        c.company_id = w.company_id
        AND c.item_id = w.receivable_id
        AND w.reason = CASE
            WHEN k.holds_back THEN 'own_duty'
            WHEN c.duty = 'wrong_contact' THEN 'no_usable_contact'
            ELSE 'disputed'
        END
LEFT JOIN contested AS n
    ON c.company_id = n.company_id AND c.receivable_id = n.receivable_id AND c.currency = n.currency
GROUP BY ALL
