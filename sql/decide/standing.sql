-- Each open receivable with its step and what was said against writing about it: all that is judged without looking
-- at the recipient, the rest of the customer's debt or today's calendar.
-- Grain: one row per open receivable (company_id, receivable_id).
-- is_candidate: a step is due and nothing stands against the receivable or its customer. asked_rank, asked_channel and
-- asked_role are those of the due step, and NULL for the others, so that nothing is looked up for them: a condition on
-- is_candidate in the join itself would make DuckDB compare every pair.
-- Materialized: table
WITH placed AS (
    SELECT
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.currency,
        i.open_amount,
        i.segment,
        i.ladder,
        i.country,
        i.is_insolvent OR coalesce(f.is_insolvent, FALSE) AS is_insolvent,
        coalesce(f.is_deceased, FALSE) AS is_deceased,
        coalesce(f.is_closed, FALSE) AS is_closed,
        coalesce(f.is_vulnerable, FALSE) AS is_vulnerable,
        coalesce(f.has_lawyer, FALSE) AS has_lawyer,
        i.unmet_duties,
        coalesce(b.is_assigned, FALSE) AS is_assigned,
        coalesce(b.is_on_hold, FALSE) AS is_on_hold,
        coalesce(b.has_dunning_block, FALSE) AS has_dunning_block,
        coalesce(b.is_disputed, FALSE) AS is_disputed,
        coalesce(b.has_unmet_duty, FALSE) AS has_unmet_duty,
        coalesce(b.is_promised, FALSE) AS is_promised,
        b.hold_ends_on,
        b.promised_for,
        coalesce(b.is_in_plan, FALSE) AS is_in_plan,
        b.plan_until,
        coalesce(b.is_debit_ordered, FALSE) AS is_debit_ordered,
        b.debit_until,
        p.said_rank,
        p.due_rank,
        p.next_rank,
        p.next_on,
        i.override_number,
        p.due_rank IS NOT NULL
        AND b.receivable_id IS NULL
        AND NOT i.is_insolvent
        AND NOT coalesce(f.is_insolvent OR f.is_deceased OR f.is_closed, FALSE) AS is_candidate
    FROM decide.items AS i
    LEFT JOIN decide.progress AS p ON i.rowid = p.item_number
    LEFT JOIN decide.flags AS f ON i.company_id = f.company_id AND i.customer_id = f.customer_id
    LEFT JOIN decide.blocks AS b ON i.company_id = b.company_id AND i.receivable_id = b.receivable_id
)

SELECT
    p.*,
    s.step_rank AS asked_rank,
    s.channel AS asked_channel,
    s.contact_role AS asked_role
FROM placed AS p
LEFT JOIN policy.steps AS s ON p.is_candidate AND p.ladder = s.ladder AND p.due_rank = s.step_rank
