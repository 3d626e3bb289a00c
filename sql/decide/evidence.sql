-- The outcome of every rule for each open receivable, and what it was judged by. decide.verdicts takes the first that
-- holds; `puntual explain` shows them all. A column that has the name of a reason (tasks/segment/reasons.yaml) is that
-- rule's outcome.
-- Grain: one row per open receivable (company_id, receivable_id). The rules about recipient, claim and calendar mean
-- something only where a step is due and nothing stands against the receivable itself: elsewhere an earlier rule holds.
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
    i.is_assigned AS assigned,
    i.is_insolvent AS insolvent,
    i.is_deceased AS deceased,
    i.is_closed AS closed,
    i.ladder IS NULL AS left_in_peace,
    i.is_on_hold AS on_hold,
    i.has_dunning_block AS dunning_block,
    i.is_disputed AS disputed,
    i.has_unmet_duty AS own_duty,
    i.is_in_plan AS payment_plan,
    i.is_promised AS promised,
    i.is_debit_ordered AS direct_debit_ordered,
    i.due_rank IS NULL AND i.next_rank IS NOT NULL AND i.said_rank IS NULL AS before_first_step,
    i.due_rank IS NULL AND i.next_rank IS NOT NULL AND i.said_rank IS NOT NULL AS until_next_step,
    i.due_rank IS NULL AND i.next_rank IS NULL AS ladder_finished,
    NOT fresh.is_fresh AS payments_not_fresh,
    coalesce(t.is_opted_out, FALSE) AS opted_out,
    i.has_lawyer AND NOT coalesce(t.is_reachable, FALSE) AS represented_by_lawyer,
    NOT coalesce(t.is_reachable, FALSE) AS no_usable_contact,
    l.is_covered AS covered_by_credit,
    l.is_below_minimum AS below_minimum,
    w.receivable_id IS NOT NULL AS pay_run,
    u.receivable_id IS NOT NULL AS not_announced,
    q.day IS NOT NULL AS quiet_day,
    coalesce(caps.customer_id, own_caps.customer_id) IS NOT NULL AS frequency_cap,
    x.receivable_id IS NOT NULL AS hold_out_group,
    i.due_rank IS NOT NULL AS step_due,
    i.override_number,
    i.is_vulnerable,
    i.unmet_duties,
    i.hold_ends_on,
    i.promised_for,
    i.plan_until,
    i.debit_until,
    i.due_rank,
    i.next_rank,
    i.next_on,
    fresh.newest_booking_on,
    fresh.payments_fresh_within_days,
    coalesce(t.channel, i.asked_channel) AS channel,
    i.asked_role,
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
LEFT JOIN decide.reach AS t
    ON
        i.company_id = t.company_id
        AND i.customer_id = t.customer_id
        AND i.ladder = t.ladder
        AND i.asked_rank = t.step_rank
LEFT JOIN decide.claims AS l
    ON i.company_id = l.company_id AND i.customer_id = l.customer_id AND i.currency = l.currency
LEFT JOIN decide.contact_caps AS caps
    ON i.company_id = caps.company_id AND i.customer_id = caps.customer_id AND caps.channel = ''
LEFT JOIN decide.contact_caps AS own_caps
    ON i.company_id = own_caps.company_id AND i.customer_id = own_caps.customer_id AND t.channel = own_caps.channel
LEFT JOIN decide.pay_runs AS w ON i.company_id = w.company_id AND i.receivable_id = w.receivable_id
LEFT JOIN decide.unannounced AS u ON i.company_id = u.company_id AND i.receivable_id = u.receivable_id
LEFT JOIN policy.quiet_days AS q ON i.country = q.country AND run.as_of = q.day
LEFT JOIN experiment.held_out AS x ON i.company_id = x.company_id AND i.receivable_id = x.receivable_id
