-- The outcome of every rule for each open receivable, and what it was judged by, without ids: decide.verdicts takes the
-- first that holds, decide.evidence says whose it is. A column that has the name of a reason
-- (tasks/segment/reasons.yaml) is that rule's outcome.
-- Grain: one row per open receivable (item_number: the row of decide.items). The rules about recipient, claim and
-- calendar mean something only where a step is due and nothing stands against the receivable itself: elsewhere an
-- earlier rule holds. asked_number: the row of decide.asked, NULL elsewhere.
-- Materialized: view
SELECT
    i.item_number,
    run.as_of,
    coalesce(b.is_assigned, FALSE) AS assigned,
    i.is_insolvent OR coalesce(f.is_insolvent, FALSE) AS insolvent,
    coalesce(f.is_deceased, FALSE) AS deceased,
    coalesce(f.is_closed, FALSE) AS closed,
    i.ladder IS NULL AS left_in_peace,
    coalesce(b.is_on_hold, FALSE) AS on_hold,
    coalesce(b.has_dunning_block, FALSE) AS dunning_block,
    coalesce(b.is_disputed, FALSE) AS disputed,
    coalesce(b.has_unmet_duty, FALSE) AS own_duty,
    coalesce(b.is_in_plan, FALSE) AS payment_plan,
    coalesce(b.is_promised, FALSE) AS promised,
    coalesce(b.is_debit_ordered, FALSE) AS direct_debit_ordered,
    i.due_rank IS NULL AND i.next_rank IS NOT NULL AND i.said_rank IS NULL AS before_first_step,
    i.due_rank IS NULL AND i.next_rank IS NOT NULL AND i.said_rank IS NOT NULL AS until_next_step,
    i.due_rank IS NULL AND i.next_rank IS NULL AS ladder_finished,
    NOT fresh.is_fresh AS payments_not_fresh,
    coalesce(t.is_opted_out, FALSE) AS opted_out,
    coalesce(f.has_lawyer, FALSE) AND NOT coalesce(t.is_reachable, FALSE) AS represented_by_lawyer,
    NOT coalesce(t.is_reachable, FALSE) AS no_usable_contact,
    l.is_covered AS covered_by_credit,
    l.is_below_minimum AS below_minimum,
    w.item_number IS NOT NULL AS pay_run,
    u.item_number IS NOT NULL AS not_announced,
    q.day IS NOT NULL AS quiet_day,
    coalesce(caps.customer_number, own_caps.customer_number) IS NOT NULL AS frequency_cap,
    x.item_number IS NOT NULL AS hold_out_group,
    i.due_rank IS NOT NULL AS step_due,
    coalesce(f.is_vulnerable, FALSE) AS is_vulnerable,
    b.hold_ends_on,
    b.promised_for,
    b.plan_until,
    b.debit_until,
    i.due_rank,
    i.next_rank,
    i.next_on,
    fresh.newest_booking_on,
    fresh.payments_fresh_within_days,
    t.asked_number,
    t.channel,
    t.asked_role,
    t.contact_role,
    t.contact_id,
    l.claimable_amount,
    l.credit_amount,
    l.net_amount,
    l.minimum_amount,
    w.run_on AS pay_run_on,
    u.announced_on,
    q.why AS quiet_because,
    coalesce(caps.contacts, own_caps.contacts) AS contacts_in_window,
    greatest(caps.free_on, own_caps.free_on) AS free_on,
    x.experiment AS held_out_by,
    x.held_out_until
FROM decide.standing AS i
CROSS JOIN run.parameters AS run
CROSS JOIN decide.freshness AS fresh
LEFT JOIN decide.blocks AS b ON i.item_number = b.item_number
LEFT JOIN decide.flags AS f ON i.customer_number = f.customer_number
LEFT JOIN decide.reach AS t
    ON i.customer_number = t.customer_number AND i.ladder = t.ladder AND i.asked_rank = t.step_rank
LEFT JOIN decide.claims AS l ON i.customer_number = l.customer_number AND i.currency = l.currency
LEFT JOIN decide.contact_caps AS caps ON i.customer_number = caps.customer_number AND caps.channel = ''
LEFT JOIN decide.contact_caps AS own_caps
    ON i.customer_number = own_caps.customer_number AND t.channel = own_caps.channel
LEFT JOIN decide.pay_runs AS w ON i.item_number = w.item_number
LEFT JOIN decide.unannounced AS u ON i.item_number = u.item_number
LEFT JOIN policy.quiet_days AS q ON i.country = q.country AND run.as_of = q.day
LEFT JOIN experiment.held_out AS x ON i.item_number = x.item_number
