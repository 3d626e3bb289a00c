-- The one reason that decides about each open receivable: the first rule that holds.
-- Grain: one row per open receivable (company_id, receivable_id).
-- The order of the CASE is the order of tasks/segment/reasons.yaml: first what concerns the customer and the
-- receivable, then the ladder, then what stands against contacting today. contact_id and contact_role are the
-- recipient's; step_rank is the step that is due, or the next one.
-- earliest_on: the first day on which the reason may end by itself, NULL where it ends with a fact and not with a day.
-- Materialized: table
WITH judged AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.currency,
        i.open_amount,
        i.segment,
        i.ladder,
        i.country,
        run.as_of,
        b.hold_ends_on,
        b.promised_for,
        g.next_on,
        caps.free_on,
        t.contact_id,
        t.role AS contact_role,
        coalesce(g.due_rank, g.next_rank) AS step_rank,
        CASE
            WHEN i.is_insolvent THEN 'insolvent'
            WHEN i.ladder IS NULL THEN 'left_in_peace'
            WHEN b.is_on_hold THEN 'on_hold'
            WHEN b.has_dunning_block THEN 'dunning_block'
            WHEN b.is_disputed THEN 'disputed'
            WHEN b.is_promised THEN 'promised'
            WHEN g.due_rank IS NULL AND g.next_rank IS NOT NULL AND g.said_rank IS NULL THEN 'before_first_step'
            WHEN g.due_rank IS NULL AND g.next_rank IS NOT NULL THEN 'until_next_step'
            WHEN g.due_rank IS NULL THEN 'ladder_finished'
            WHEN NOT fresh.is_fresh THEN 'payments_not_fresh'
            WHEN o.customer_id IS NOT NULL THEN 'opted_out'
            WHEN t.contact_id IS NULL THEN 'no_usable_contact'
            WHEN l.is_covered THEN 'covered_by_credit'
            WHEN l.is_below_minimum THEN 'below_minimum'
            WHEN q.day IS NOT NULL THEN 'quiet_day'
            WHEN caps.customer_id IS NOT NULL THEN 'frequency_cap'
            ELSE 'step_due'
        END AS reason
    FROM decide.items AS i
    CROSS JOIN run.parameters AS run
    CROSS JOIN decide.freshness AS fresh
    LEFT JOIN decide.blocks AS b ON i.company_id = b.company_id AND i.receivable_id = b.receivable_id
    LEFT JOIN decide.progress AS g ON i.company_id = g.company_id AND i.receivable_id = g.receivable_id
    LEFT JOIN decide.candidates AS c ON i.company_id = c.company_id AND i.receivable_id = c.receivable_id
    LEFT JOIN decide.opt_outs AS o
        ON c.company_id = o.company_id AND c.customer_id = o.customer_id AND c.channel = o.channel
    LEFT JOIN decide.recipients AS t
        ON
            c.company_id = t.company_id
            AND c.customer_id = t.customer_id
            AND c.contact_role = t.contact_role
            AND c.channel = t.channel
    LEFT JOIN decide.claims AS l
        ON c.company_id = l.company_id AND c.customer_id = l.customer_id AND c.currency = l.currency
    LEFT JOIN decide.contact_caps AS caps ON i.company_id = caps.company_id AND i.customer_id = caps.customer_id
    LEFT JOIN policy.quiet_days AS q ON i.country = q.country AND run.as_of = q.day
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount,
    segment,
    ladder,
    country,
    reason,
    step_rank,
    contact_role,
    contact_id,
    CASE
        WHEN reason = 'on_hold' THEN hold_ends_on + 1
        WHEN reason = 'promised' THEN promised_for + 1
        WHEN reason IN ('before_first_step', 'until_next_step') THEN next_on
        WHEN reason = 'payments_not_fresh' THEN as_of + 1
        WHEN reason IN ('quiet_day', 'step_due') THEN as_of
        WHEN reason = 'frequency_cap' THEN free_on
    END AS earliest_on
FROM judged
