-- The work of the day in the order of its worth: whom to call, to visit, or to hand over.
-- Grain: one row per message on a work channel (company_id, reminder_key): customer, contact role, channel, currency.
-- Units: amounts in `currency`, positive; expected_gain = financing_cost + expected_loss of its receivables
-- (worklist.items). late_probability: of the amounts, 0-1. minutes: what one line of the list takes.
-- list_channel: whose list it is on. Where the currency has a very_large_debt, calls, visits and executives' steps are
-- the executives' from that amount on, and executives' steps below it are calls; else it is the step's own channel.
-- place: the order to work in, 1 first. First what has waited longest_wait_days, then the gain of a minute's work.
-- Currencies are never added: they are put in one order by the strategy's ranking_rates where every currency of today's
-- lines has one (the company's own is 1), else by the line's place within its currency: the middle of the n-th of N
-- is (n - 1/2) / N (ranked_by: 'rates', 'place_in_currency').
-- Materialized: table
WITH summed AS (
    SELECT
        company_id,
        reminder_key,
        sum(overdue_amount)::DECIMAL(18, 2) AS overdue_amount,
        max(days_overdue) AS days_overdue,
        (
            sum(coalesce(late_probability, 0) * open_amount::DOUBLE)
            / sum(open_amount::DOUBLE)
        ) AS late_probability,
        sum(financing_cost)::DECIMAL(18, 2) AS financing_cost,
        sum(expected_loss)::DECIMAL(18, 2) AS expected_loss,
        (sum(financing_cost) + sum(expected_loss))::DECIMAL(18, 2) AS expected_gain
    FROM worklist.items
    GROUP BY company_id, reminder_key
),

routed AS (
    SELECT
        m.company_id,
        m.reminder_key,
        m.customer_id,
        m.contact_id,
        m.contact_role,
        m.channel,
        CASE
            WHEN m.channel NOT IN ('call', 'visit', 'executive') OR v.amount IS NULL THEN m.channel
            WHEN m.total_amount >= v.amount THEN 'executive'
            WHEN m.channel = 'executive' THEN 'call'
            ELSE m.channel
        END AS list_channel,
        m.currency,
        m.step,
        m.purpose,
        m.segment,
        c.zone,
        m.item_count,
        m.total_amount,
        s.overdue_amount,
        s.days_overdue,
        s.late_probability,
        s.financing_cost,
        s.expected_loss,
        s.expected_gain,
        m.needs_approval,
        w.waits_since,
        coalesce(date_diff('day', w.waits_since, run.as_of), 0) AS waiting_days,
        if(m.currency = run.company_currency, 1, r.rate::DOUBLE) AS rate
    FROM decide.reminders AS m
    CROSS JOIN run.parameters AS run
    INNER JOIN summed AS s ON m.company_id = s.company_id AND m.reminder_key = s.reminder_key
    LEFT JOIN policy.very_large_debts AS v ON m.currency = v.currency
    LEFT JOIN policy.ranking_rates AS r ON m.currency = r.currency
    LEFT JOIN staging.customers AS c ON m.company_id = c.company_id AND m.customer_id = c.customer_id
    LEFT JOIN worklist.waiting AS w
        ON
            m.company_id = w.company_id
            AND m.customer_id = w.customer_id
            AND m.channel = w.channel
            AND m.currency = w.currency
),

weighed AS (
    SELECT
        routed.*,
        m.minutes,
        routed.expected_gain::DOUBLE / m.minutes AS gain_per_minute,
        bool_and(routed.rate IS NOT NULL) OVER (PARTITION BY routed.company_id) AS has_rates,
        routed.waiting_days >= k.longest_wait_days AS has_waited,
        (
            row_number()
                OVER (
                    PARTITION BY routed.company_id, routed.currency
                    ORDER BY routed.expected_gain::DOUBLE / m.minutes DESC, routed.reminder_key ASC
                )
            - 0.5
        )
        / count(*) OVER (PARTITION BY routed.company_id, routed.currency) AS place_in_currency
    FROM routed
    INNER JOIN policy.work_minutes AS m ON routed.list_channel = m.channel
    CROSS JOIN policy.worklist_parameters AS k
)

SELECT
    company_id,
    reminder_key,
    row_number() OVER (
        PARTITION BY company_id
        ORDER BY
            has_waited DESC,
            if(has_rates, -gain_per_minute * rate, place_in_currency) ASC,
            waiting_days DESC,
            reminder_key ASC
    ) AS place,
    customer_id,
    contact_id,
    contact_role,
    channel,
    list_channel,
    currency,
    step,
    purpose,
    segment,
    zone,
    item_count,
    total_amount,
    overdue_amount,
    days_overdue,
    late_probability,
    financing_cost,
    expected_loss,
    expected_gain,
    minutes,
    needs_approval,
    waits_since,
    waiting_days,
    has_waited,
    if(has_rates, 'rates', 'place_in_currency') AS ranked_by
FROM weighed
