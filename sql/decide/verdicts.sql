-- The one reason that decides about each open receivable: the first rule that holds.
-- Grain: one row per open receivable (item_number: the row of decide.items).
-- The order of the CASE is the order of tasks/segment/reasons.yaml: first what concerns the customer and the
-- receivable, then the ladder, then what stands against contacting today. asked_number: the row of
-- decide.asked where a step is due and asked for; step_rank is the step that is due, or the next one.
-- earliest_on: the first day on which the reason may end by itself, NULL where it ends with a fact and not with a day.
-- Materialized: table
WITH judged AS (
    SELECT
        e.*,
        CASE
            WHEN e.assigned THEN 'assigned'
            WHEN e.insolvent THEN 'insolvent'
            WHEN e.deceased THEN 'deceased'
            WHEN e.closed THEN 'closed'
            WHEN e.left_in_peace THEN 'left_in_peace'
            WHEN e.on_hold THEN 'on_hold'
            WHEN e.dunning_block THEN 'dunning_block'
            WHEN e.disputed THEN 'disputed'
            WHEN e.own_duty THEN 'own_duty'
            WHEN e.payment_plan THEN 'payment_plan'
            WHEN e.promised THEN 'promised'
            WHEN e.direct_debit_ordered THEN 'direct_debit_ordered'
            WHEN e.before_first_step THEN 'before_first_step'
            WHEN e.until_next_step THEN 'until_next_step'
            WHEN e.ladder_finished THEN 'ladder_finished'
            WHEN e.payments_not_fresh THEN 'payments_not_fresh'
            WHEN e.opted_out THEN 'opted_out'
            WHEN e.represented_by_lawyer THEN 'represented_by_lawyer'
            WHEN e.no_usable_contact THEN 'no_usable_contact'
            WHEN e.covered_by_credit THEN 'covered_by_credit'
            WHEN e.below_minimum THEN 'below_minimum'
            WHEN e.pay_run THEN 'pay_run'
            WHEN e.not_announced THEN 'not_announced'
            WHEN e.quiet_day THEN 'quiet_day'
            WHEN e.frequency_cap THEN 'frequency_cap'
            WHEN e.hold_out_group THEN 'hold_out_group'
            WHEN e.step_due THEN 'step_due'
        END AS reason
    FROM decide.findings AS e
)

SELECT
    item_number,
    reason,
    asked_number,
    is_vulnerable,
    coalesce(due_rank, next_rank) AS step_rank,
    CASE
        WHEN reason = 'on_hold' THEN hold_ends_on + 1
        WHEN reason = 'payment_plan' THEN plan_until + 1
        WHEN reason = 'promised' THEN promised_for + 1
        WHEN reason = 'direct_debit_ordered' THEN debit_until + 1
        WHEN reason IN ('before_first_step', 'until_next_step') THEN next_on
        WHEN reason = 'payments_not_fresh' THEN as_of + 1
        WHEN reason IN ('quiet_day', 'step_due') THEN as_of
        WHEN reason = 'pay_run' THEN pay_run_on + 1
        WHEN reason = 'frequency_cap' THEN free_on
        WHEN reason = 'hold_out_group' THEN held_out_until + 1
    END AS earliest_on
FROM judged
