-- The outcome of every rule for each open receivable, and what it was judged by. decide.verdicts takes the first that
-- holds; `puntual explain` shows them all. A column that has the name of a reason (tasks/segment/reasons.yaml) is that
-- rule's outcome.
-- Grain: one row per open receivable (company_id, receivable_id). Rules about a recipient or a claim are asked only
-- where a step is due and nothing stands against the receivable itself; elsewhere they are FALSE or NULL.
-- Materialized: view
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
    i.is_insolvent AS insolvent,
    i.ladder IS NULL AS left_in_peace,
    coalesce(b.is_on_hold, FALSE) AS on_hold,
    coalesce(b.has_dunning_block, FALSE) AS dunning_block,
    coalesce(b.is_disputed, FALSE) AS disputed,
    coalesce(b.is_promised, FALSE) AS promised,
    g.due_rank IS NULL AND g.next_rank IS NOT NULL AND g.said_rank IS NULL AS before_first_step,
    g.due_rank IS NULL AND g.next_rank IS NOT NULL AND g.said_rank IS NOT NULL AS until_next_step,
    g.due_rank IS NULL AND g.next_rank IS NULL AS ladder_finished,
    NOT fresh.is_fresh AS payments_not_fresh,
    o.customer_id IS NOT NULL AS opted_out,
    t.contact_id IS NULL AS no_usable_contact,
    l.is_covered AS covered_by_credit,
    l.is_below_minimum AS below_minimum,
    q.day IS NOT NULL AS quiet_day,
    caps.customer_id IS NOT NULL AS frequency_cap,
    g.due_rank IS NOT NULL AS step_due,
    b.hold_ends_on,
    b.promised_for,
    g.said_rank,
    g.due_rank,
    g.next_rank,
    g.next_on,
    fresh.newest_booking_on,
    fresh.payments_fresh_within_days,
    c.channel,
    c.contact_role AS asked_role,
    t.role AS contact_role,
    t.contact_id,
    l.claimable_amount,
    l.credit_amount,
    l.net_amount,
    l.minimum_amount,
    q.why AS quiet_because,
    caps.contacts AS contacts_in_window,
    caps.free_on
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
