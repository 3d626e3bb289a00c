-- The day on which each step of a ladder can be said, if it still can, counted from a schedule.
-- Grain: one row per schedule and step (schedule_number, step_rank); schedule_number is the row of decide.schedules.
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
-- what comes before the due date comes before the cut-off of a customer who pays in runs (decide.cut_offs);
-- after a part payment that restarts the ladder, days count from that day, and what is said up to the due date is over.
-- Materialized: view
WITH steps AS (
    SELECT
        s.*,
        a.step_rank AS after_rank,
        n.step_rank AS announced_rank
    FROM policy.steps AS s
    LEFT JOIN policy.steps AS a ON s.ladder = a.ladder AND s.after_step = a.step
    LEFT JOIN policy.steps AS n ON s.ladder = n.ladder AND s.announced_by = n.step
),

known AS (
    SELECT
        d.rowid AS schedule_number,
        d.ladder,
        d.invoice_date,
        d.due_date,
        m.said_rank,
        m.last_sent_on,
        m.times_sent,
        m.said_on,
        n.last_said_on,
        n.happened_on,
        n.restarted_on,
        n.not_before,
        n.missing,
        n.next_link,
        n.tell_by
    FROM decide.schedules AS d
    LEFT JOIN decide.memory AS m ON d.rowid = m.schedule_number
    LEFT JOIN decide.news AS n ON d.news_number = n.rowid
),

anchored AS (
    SELECT
        r.schedule_number,
        r.due_date,
        s.ladder,
        s.step_rank,
        s.step,
        s.phase,
        r.said_rank,
        r.not_before,
        r.due_date + s.tolerance_days + 1 AS late_on,
        CASE
            WHEN
                s.is_first_reminder
                AND r.due_date <= r.invoice_date
                AND r.restarted_on IS NULL
                -- For the first time only: repetitions keep their days.
                AND coalesce(r.said_rank < s.step_rank, TRUE)
                THEN r.invoice_date + 15
        END AS latest_on,
        CASE
            WHEN s.is_next_link AND s.link <> coalesce(r.next_link, '') THEN NULL
            WHEN s.link IS NOT NULL AND NOT coalesce(list_contains(r.missing, s.link), FALSE) THEN NULL
            WHEN s.announced_by IS NOT NULL AND r.said_on[s.announced_rank] IS NULL THEN NULL
            WHEN s.anchor = 'after_event'
                THEN
                    CASE
                        WHEN
                            coalesce(r.last_said_on, '-infinity'::DATE) < r.happened_on[s.event] + s.days
                            THEN r.happened_on[s.event] + s.days
                    END
            WHEN s.step_rank < r.said_rank THEN NULL
            WHEN s.step_rank = r.said_rank
                THEN
                    CASE
                        WHEN r.times_sent <= s.repeat_at_most
                            -- What hurts leaves the time that its announcement gives, if that was said anew.
                            THEN greatest(r.last_sent_on + s.repeat_every, r.said_on[s.announced_rank] + s.days)
                    END
            WHEN s.anchor = 'after_step' THEN r.said_on[s.after_rank] + s.days
            WHEN r.restarted_on IS NOT NULL
                THEN
                    CASE s.anchor
                        WHEN 'after_due' THEN r.restarted_on + s.tolerance_days + s.days
                        WHEN 'after_invoice' THEN r.restarted_on + s.days
                        WHEN 'end_of_month' THEN last_day(r.restarted_on) + s.days
                    END
            WHEN s.anchor = 'before_due' THEN least(r.due_date - s.days, r.tell_by)
            WHEN s.anchor = 'on_due' THEN r.due_date
            WHEN s.anchor = 'after_due' THEN r.due_date + s.tolerance_days + s.days
            WHEN s.anchor = 'after_invoice' THEN r.invoice_date + s.days
            WHEN s.anchor = 'end_of_month' THEN last_day(r.due_date) + s.days
        END AS counted_on
    FROM known AS r
    INNER JOIN steps AS s ON r.ladder = s.ladder
)

SELECT
    schedule_number,
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
