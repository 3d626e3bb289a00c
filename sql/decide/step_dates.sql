-- The day on which each step of a receivable's ladder can be said, if it still can.
-- Grain: one row per open receivable with a ladder and step (company_id, receivable_id, step_rank).
-- opens_on NULL: never (a higher step was said, its repetitions are used up, or what it follows did not happen).
-- Rules of docs/strategy.md:
-- days of after_due count from the due date plus the tolerance; what speaks of a due or overdue receivable never opens
-- before it is that; what speaks of a receivable before its due date closes the day before;
-- a step about an event is said once for each time it happens, and not any more once anything was said after it;
-- a step that asks for a confirmation opens only while it is missing, and one that asks for the next only for that one
-- (duties.chain);
-- what hurts never opens before the step that announces it was said about this receivable;
-- what is payable on receipt hears of it for the first time 15 days after the invoice at the latest (requirement
-- 002-09);
-- after a part payment that restarts the ladder, days count from that day, and what is said up to the due date is over.
-- item_number: the row of decide.items, by which its steps are gathered: comparing ids of 12 steps each takes longer.
-- Materialized: view
WITH remembered AS (
    SELECT
        i.rowid AS item_number,
        i.company_id,
        i.customer_id,
        i.receivable_id,
        i.ladder,
        i.invoice_date,
        i.due_date,
        i.is_payable_on_receipt,
        m.said_rank,
        m.last_sent_on,
        m.times_sent,
        m.said_on,
        e.last_said_on,
        e.happened_on,
        t.restarted_on,
        t.not_before,
        c.missing,
        c.next_link
    FROM decide.items AS i
    LEFT JOIN decide.memory AS m ON i.company_id = m.company_id AND i.receivable_id = m.receivable_id
    LEFT JOIN decide.events AS e ON i.company_id = e.company_id AND i.receivable_id = e.receivable_id
    LEFT JOIN decide.part_payments AS t ON i.company_id = t.company_id AND i.receivable_id = t.receivable_id
    LEFT JOIN duties.chain AS c ON i.company_id = c.company_id AND i.receivable_id = c.receivable_id
    WHERE i.ladder IS NOT NULL
),

anchored AS (
    SELECT
        r.item_number,
        r.company_id,
        r.customer_id,
        r.receivable_id,
        r.due_date,
        s.ladder,
        s.step_rank,
        s.step,
        s.phase,
        r.said_rank,
        r.not_before,
        r.due_date + s.tolerance_days + 1 AS late_on,
        CASE
            WHEN s.is_first_reminder AND r.is_payable_on_receipt AND r.restarted_on IS NULL THEN r.invoice_date + 15
        END AS latest_on,
        CASE
            WHEN s.is_next_link AND s.link <> coalesce(r.next_link, '') THEN NULL
            WHEN s.link IS NOT NULL AND NOT coalesce(list_contains(r.missing, s.link), FALSE) THEN NULL
            WHEN s.announced_by IS NOT NULL AND r.said_on[s.announced_by] IS NULL THEN NULL
            WHEN s.anchor = 'after_event'
                THEN
                    CASE
                        WHEN
                            coalesce(r.last_said_on, '-infinity'::DATE) < r.happened_on[s.event] + s.days
                            THEN r.happened_on[s.event] + s.days
                    END
            WHEN s.step_rank < r.said_rank THEN NULL
            WHEN s.step_rank = r.said_rank
                THEN CASE WHEN r.times_sent <= s.repeat_at_most THEN r.last_sent_on + s.repeat_every END
            WHEN s.anchor = 'after_step' THEN r.said_on[s.after_step] + s.days
            WHEN r.restarted_on IS NOT NULL
                THEN
                    CASE s.anchor
                        WHEN 'after_due' THEN r.restarted_on + s.tolerance_days + s.days
                        WHEN 'after_invoice' THEN r.restarted_on + s.days
                        WHEN 'end_of_month' THEN last_day(r.restarted_on) + s.days
                    END
            WHEN s.anchor = 'before_due' THEN r.due_date - s.days
            WHEN s.anchor = 'on_due' THEN r.due_date
            WHEN s.anchor = 'after_due' THEN r.due_date + s.tolerance_days + s.days
            WHEN s.anchor = 'after_invoice' THEN r.invoice_date + s.days
            WHEN s.anchor = 'end_of_month' THEN last_day(r.due_date) + s.days
        END AS counted_on
    FROM remembered AS r
    INNER JOIN policy.steps AS s ON r.ladder = s.ladder
)

SELECT
    item_number,
    company_id,
    customer_id,
    receivable_id,
    ladder,
    step_rank,
    step,
    said_rank,
    CASE
        WHEN counted_on IS NULL THEN NULL
        WHEN phase = 'after' THEN greatest(least(greatest(counted_on, late_on), latest_on), not_before)
        WHEN phase = 'due' THEN greatest(counted_on, due_date, not_before)
        WHEN phase = 'any' OR counted_on < due_date THEN greatest(counted_on, not_before)
    END AS opens_on,
    CASE WHEN phase = 'before' THEN due_date - 1 END AS closes_on
FROM anchored
