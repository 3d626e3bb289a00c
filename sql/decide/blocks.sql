-- What people or the accounting system said against writing about a receivable, as it stands on the run's date.
-- Grain: one row per open receivable (company_id, receivable_id) with at least one of them; item_number: the row of
-- decide.items.
-- In force: a hold from from_on to until_on, both included; a dispute until the day it is resolved; a promise while it
-- is open (segment.promises). An entry without receivable_id stands for all of the customer; a promise with a currency
-- and without a receivable only for that currency, and one of an amount only for the receivables due first that the
-- amount reaches, the last of them in part. An assigned receivable belongs to a factor or bank;
-- one whose direct debit is on its way is being collected, until debit_until, included.
-- hold_ends_on NULL: a hold without end. promised_for: the last day on which an open
-- promise can be kept, the latest of several. plan_until: the last day on which the next instalment of a payment plan
-- can be kept; where a plan and a promise of amounts stand side by side, both reach as far as their sum, for the plan.
-- Materialized: table
WITH entries AS (
    SELECT
        h.company_id,
        h.customer_id,
        h.receivable_id,
        NULL::VARCHAR AS currency,
        'on_hold' AS kind,
        coalesce(h.until_on, 'infinity'::DATE) AS until_on
    FROM ledger.holds AS h
    CROSS JOIN run.parameters AS run
    WHERE h.from_on <= run.as_of AND (h.until_on IS NULL OR h.until_on >= run.as_of)
    UNION ALL
    SELECT
        d.company_id,
        d.customer_id,
        d.receivable_id,
        NULL AS currency,
        'disputed' AS kind,
        NULL AS until_on
    FROM ledger.disputes AS d
    CROSS JOIN run.parameters AS run
    WHERE d.opened_on <= run.as_of AND (d.resolved_on IS NULL OR d.resolved_on > run.as_of)
    UNION ALL
    SELECT
        p.company_id,
        p.customer_id,
        p.receivable_id,
        CASE WHEN p.receivable_id IS NULL THEN p.currency END AS currency,
        CASE WHEN p.plan_id IS NULL THEN 'promised' ELSE 'payment_plan' END AS kind,
        p.kept_until AS until_on
    FROM segment.promises AS p
    WHERE p.state = 'open' AND (p.receivable_id IS NOT NULL OR p.amount IS NULL)
),

part_promises AS (
    SELECT
        company_id,
        customer_id,
        currency,
        sum(amount - paid_amount) AS amount_to_come,
        max(kept_until) FILTER (WHERE plan_id IS NULL) AS promised_until,
        min(kept_until) FILTER (WHERE plan_id IS NOT NULL) AS plan_until
    FROM segment.promises
    WHERE state = 'open' AND receivable_id IS NULL AND amount IS NOT NULL
    GROUP BY company_id, customer_id, currency
),

oldest_first AS (
    SELECT
        i.rowid AS item_number,
        i.company_id,
        i.receivable_id,
        p.promised_until,
        p.plan_until,
        p.amount_to_come,
        coalesce(
            sum(i.open_amount) OVER (
                PARTITION BY i.company_id, i.customer_id, i.currency
                ORDER BY i.due_date, i.receivable_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            0
        ) AS amount_before
    FROM decide.items AS i
    INNER JOIN part_promises AS p
        ON i.company_id = p.company_id AND i.customer_id = p.customer_id AND i.currency = p.currency
),

found AS (
    SELECT
        i.rowid AS item_number,
        i.company_id,
        i.receivable_id,
        e.kind,
        e.until_on
    FROM decide.items AS i
    INNER JOIN entries AS e ON i.company_id = e.company_id AND i.receivable_id = e.receivable_id
    UNION ALL
    SELECT
        i.rowid AS item_number,
        i.company_id,
        i.receivable_id,
        e.kind,
        e.until_on
    FROM decide.items AS i
    INNER JOIN entries AS e
        ON
            i.company_id = e.company_id
            AND i.customer_id = e.customer_id
            AND e.receivable_id IS NULL
            AND i.currency = coalesce(e.currency, i.currency)
    UNION ALL
    SELECT
        item_number,
        company_id,
        receivable_id,
        CASE WHEN plan_until IS NULL THEN 'promised' ELSE 'payment_plan' END AS kind,
        coalesce(plan_until, promised_until) AS until_on
    FROM oldest_first
    WHERE amount_before < amount_to_come
    UNION ALL
    SELECT
        rowid AS item_number,
        company_id,
        receivable_id,
        'disputed' AS kind,
        NULL AS until_on
    FROM decide.items
    WHERE is_disputed
    UNION ALL
    SELECT
        rowid AS item_number,
        company_id,
        receivable_id,
        'dunning_block' AS kind,
        NULL AS until_on
    FROM decide.items
    WHERE has_dunning_block
    UNION ALL
    SELECT
        rowid AS item_number,
        company_id,
        receivable_id,
        'assigned' AS kind,
        NULL AS until_on
    FROM decide.items
    WHERE is_assigned
    UNION ALL
    SELECT
        rowid AS item_number,
        company_id,
        receivable_id,
        'own_duty' AS kind,
        NULL AS until_on
    FROM decide.items
    WHERE unmet_duties IS NOT NULL
    UNION ALL
    SELECT
        rowid AS item_number,
        company_id,
        receivable_id,
        'direct_debit_ordered' AS kind,
        debit_until AS until_on
    FROM decide.items
    WHERE debit_until IS NOT NULL
)

SELECT
    item_number,
    company_id,
    receivable_id,
    bool_or(kind = 'assigned') AS is_assigned,
    bool_or(kind = 'on_hold') AS is_on_hold,
    nullif(max(until_on) FILTER (WHERE kind = 'on_hold'), 'infinity'::DATE) AS hold_ends_on,
    bool_or(kind = 'dunning_block') AS has_dunning_block,
    bool_or(kind = 'disputed') AS is_disputed,
    bool_or(kind = 'own_duty') AS has_unmet_duty,
    bool_or(kind = 'promised') AS is_promised,
    max(until_on) FILTER (WHERE kind = 'promised') AS promised_for,
    bool_or(kind = 'payment_plan') AS is_in_plan,
    min(until_on) FILTER (WHERE kind = 'payment_plan') AS plan_until,
    bool_or(kind = 'direct_debit_ordered') AS is_debit_ordered,
    max(until_on) FILTER (WHERE kind = 'direct_debit_ordered') AS debit_until
FROM found
GROUP BY item_number, company_id, receivable_id
