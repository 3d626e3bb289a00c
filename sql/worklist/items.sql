-- What paying today would bring of each receivable that a person is asked to work on.
-- Grain: one row per line and receivable (reminder_key, receivable_id) of messages on a work channel.
-- Units: amounts in `currency`, positive, to the cent; days are calendar days.
-- days_ahead: the days past both today and the due date on which the money is still expected to be missing, from the
-- five points of the receivable's own distribution of delays (delays.pay_delays), each weighing the same: how likely
-- lateness is and how long it lasts in one number.
-- financing_cost = open_amount x cost_of_money (a year, in per cent) x days_ahead / 365 (ACT/365, as late interest is
-- counted); cost_of_money is the strategy's. expected_loss: loss.expected_losses. Both are what is at stake when nobody
-- acts, that is, the most that acting can bring: what share of it a call or visit saves is measured, not assumed.
-- Materialized: table
SELECT
    i.company_id,
    i.reminder_key,
    i.customer_id,
    i.receivable_id,
    m.channel,
    i.step,
    m.currency,
    i.open_amount,
    r.days_overdue,
    if(r.days_overdue > 0, i.open_amount, 0)::DECIMAL(18, 2) AS overdue_amount,
    s.late_probability,
    coalesce(
        (
            greatest(p.delay_10 - greatest(r.days_overdue, 0), 0)
            + greatest(p.delay_25 - greatest(r.days_overdue, 0), 0)
            + greatest(p.delay_50 - greatest(r.days_overdue, 0), 0)
            + greatest(p.delay_75 - greatest(r.days_overdue, 0), 0)
            + greatest(p.delay_90 - greatest(r.days_overdue, 0), 0)
        ) / 5,
        0
    ) AS days_ahead,
    (i.open_amount::DOUBLE * k.cost_of_money::DOUBLE / 100 * days_ahead / 365)::DECIMAL(18, 2) AS financing_cost,
    coalesce(l.expected_loss, 0)::DECIMAL(18, 2) AS expected_loss
FROM decide.reminders AS m
INNER JOIN decide.reminder_items AS i ON m.reminder_key = i.reminder_key
INNER JOIN policy.work_minutes AS w ON m.channel = w.channel
CROSS JOIN policy.worklist_parameters AS k
INNER JOIN staging.open_receivables AS r
    ON i.company_id = r.company_id AND i.receivable_id = r.receivable_id
LEFT JOIN score.receivable_scores AS s
    ON i.company_id = s.company_id AND i.receivable_id = s.receivable_id
LEFT JOIN delays.pay_delays AS p
    ON i.company_id = p.company_id AND i.receivable_id = p.receivable_id
LEFT JOIN loss.expected_losses AS l
    ON i.company_id = l.company_id AND i.receivable_id = l.receivable_id
