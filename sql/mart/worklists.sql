-- The work of the day for people, and what became of each line: on whose list it is, or why it stays for tomorrow.
-- Grain: one row per line (company_id, reminder_key). Lines decided = lines listed + lines left over.
-- Units: amounts in the row's currency, positive; late_probability 0-1; minutes of work. No names or addresses: they
-- are in the files of the run.
-- Columns and their meaning: data_contracts/mart_worklists.odcs.yaml.
-- Materialized: view
SELECT
    l.company_id,
    l.reminder_key,
    l.place,
    l.customer_id,
    l.contact_id,
    l.contact_role,
    l.channel,
    l.list_channel,
    l.currency,
    l.step,
    l.purpose,
    l.segment,
    l.zone,
    l.item_count,
    l.total_amount,
    l.overdue_amount,
    l.days_overdue,
    l.late_probability,
    l.financing_cost,
    l.expected_loss,
    l.expected_gain,
    l.minutes,
    l.waiting_days,
    l.ranked_by,
    a.collector,
    a.collector_place,
    coalesce(a.outcome, 'left_over') AS outcome,
    CASE WHEN a.outcome = 'listed' THEN NULL ELSE coalesce(a.reason, 'not_allotted') END AS left_over_reason
FROM worklist.lines AS l
LEFT JOIN worklist.allotments AS a ON l.company_id = a.company_id AND l.reminder_key = a.reminder_key
