-- What is known of a customer on the morning of the day of a score.
-- Grain: company, customer, scored_on of features.points.
-- Leak-free: documents issued before scored_on, outcomes known by it (features.items.known_from), money that came or
-- came back before it. late: paid after due_on, or still unpaid after it. Windows end on scored_on and are lengths in
-- days of policy.score_settings; decayed_*: weights halve about every six weeks (e-fold 60 days).
-- last_outcomes: as in score.customer_history, the last ten settlements, newest first, in an order that does not depend
-- on the order of the rows.
-- first_terms_days: the terms of the document that the relation began with; first_days: days late of the first document
-- that was paid, in the order of issue. Both are found as last_outcomes are; of several on one day, the shortest.
-- What is not whole is summed as decimals, and the deviation comes from whole sums: a sum of doubles would depend on
-- the order of the rows.
-- Materialized: table
WITH days AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        scored_on
    FROM features.points
),

seen AS (
    SELECT
        days.company_id,
        days.customer_id,
        days.scored_on,
        items.invoice_date,
        items.due_on,
        date_diff('day', DATE '1990-01-01', items.invoice_date) * 10000
        + least(greatest(date_diff('day', items.invoice_date, items.due_date), -999), 8999) + 1000 AS first_terms,
        if(
            items.settled_on < days.scored_on,
            date_diff('day', DATE '1990-01-01', items.invoice_date) * 10000
            + least(greatest(items.days_late, -999), 8999) + 1000,
            NULL
        ) AS first_outcome,
        items.is_late AND items.known_from <= days.scored_on AS is_known_late,
        items.known_from <= days.scored_on AS is_known,
        items.known_from > days.scored_on - settings.recent_days AS is_recent,
        items.known_from > days.scored_on - settings.latest_days AS is_latest,
        if(items.settled_on < days.scored_on, items.settled_on, NULL) AS settled_on,
        if(items.settled_on < days.scored_on, items.days_late, NULL) AS days_late,
        if(items.settled_on < days.scored_on, exp(-date_diff('day', items.settled_on, days.scored_on) / 60.0), NULL)
            AS weight,
        items.settled_on >= days.scored_on - settings.recent_days AS is_settled_recently,
        items.settled_on >= days.scored_on - settings.latest_days AS is_settled_latest,
        (items.is_open OR items.settled_on >= days.scored_on) AS is_open,
        date_diff('day', items.due_on, days.scored_on) AS days_overdue
    FROM days
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN features.items AS items
        ON
            days.company_id = items.company_id
            AND days.customer_id = items.customer_id
            AND days.scored_on > items.invoice_date
            AND days.scored_on > items.stands_after
            AND days.scored_on <= items.stands_until
            AND items.invoice_date >= days.scored_on - settings.history_days
)

SELECT
    company_id,
    customer_id,
    scored_on,
    min(invoice_date) AS first_invoice_on,
    max(settled_on) AS last_settled_on,
    count(*) FILTER (WHERE is_known) AS known_count,
    count(*) FILTER (WHERE is_known_late) AS late_count,
    count(*) FILTER (WHERE is_known AND is_recent) AS recent_count,
    count(*) FILTER (WHERE is_known_late AND is_recent) AS recent_late_count,
    count(*) FILTER (WHERE is_known AND is_latest) AS latest_count,
    count(*) FILTER (WHERE is_known_late AND is_latest) AS latest_late_count,
    count(*) FILTER (WHERE is_known_late AND coalesce(days_late, days_overdue) > 7) AS week_late_count,
    count(*) FILTER (WHERE is_known_late AND coalesce(days_late, days_overdue) > 30) AS month_late_count,
    count(days_late) AS settled_count,
    avg(days_late) AS mean_days,
    sqrt((count(days_late) * sum(days_late * days_late) - sum(days_late) * sum(days_late))::DOUBLE)
    / nullif(count(days_late), 0) AS deviation_days,
    max(days_late) AS greatest_days,
    quantile_cont(days_late, [0.1, 0.25, 0.5, 0.75, 0.9]) AS quantile_days,
    median(days_late) FILTER (WHERE is_settled_recently) AS recent_median_days,
    avg(days_late) FILTER (WHERE is_settled_recently) AS recent_mean_days,
    avg(days_late) FILTER (WHERE is_settled_latest) AS latest_mean_days,
    median(days_late) FILTER (WHERE is_settled_latest) AS latest_median_days,
    sum(weight::DECIMAL(18, 11))::DOUBLE AS decayed_count,
    (sum(weight::DECIMAL(18, 11)) FILTER (WHERE days_late > 0))::DOUBLE AS decayed_late_count,
    sum((weight * days_late)::DECIMAL(18, 11))::DOUBLE AS decayed_days,
    max(
        date_diff('day', DATE '1990-01-01', settled_on) * 10000 + least(greatest(days_late, -999), 8999) + 1000,
        10
    ) AS last_outcomes,
    min(first_terms) % 10000 - 1000 AS first_terms_days,
    min(first_outcome) % 10000 - 1000 AS first_days,
    count(DISTINCT settled_on) AS payment_days,
    count(settled_on) FILTER (WHERE isodow(settled_on) = 1) AS monday_count,
    count(settled_on) FILTER (WHERE isodow(settled_on) = 2) AS tuesday_count,
    count(settled_on) FILTER (WHERE isodow(settled_on) = 3) AS wednesday_count,
    count(settled_on) FILTER (WHERE isodow(settled_on) = 4) AS thursday_count,
    count(settled_on) FILTER (WHERE isodow(settled_on) = 5) AS friday_count,
    count(settled_on) FILTER (WHERE day(settled_on) > 24 OR day(settled_on) < 4) AS turn_of_month_count,
    count(*) FILTER (WHERE is_open) AS open_count,
    count(*) FILTER (WHERE is_open AND days_overdue > 0) AS overdue_count,
    max(days_overdue) FILTER (WHERE is_open AND days_overdue > 0) AS greatest_days_overdue,
    avg(days_overdue) FILTER (WHERE is_open AND days_overdue > 0) AS mean_days_overdue
FROM seen
GROUP BY company_id, customer_id, scored_on
