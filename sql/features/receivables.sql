-- What a fitted model looks at in a receivable on the day of a score: one definition for training, back-test and
-- scoring.
-- Grain: company, receivable, scored_on of features.points. Meaning of each column: tasks/score/features.yaml.
-- Shares 0-1, drawn to the next wider group, so that one invoice makes no verdict; days in calendar days from due_on,
-- negative when early; NULL where a feature says nothing.
-- Leak-free: only relations that know nothing of scored_on itself or later, and the receivable's own terms; master data
-- are as landed.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
SELECT
    points.company_id,
    points.customer_id,
    points.receivable_id,
    points.scored_on,
    coalesce(customers.settled_count, 0) > 0 AS has_history,
    ln(1 + coalesce(customers.known_count, 0)) AS log_known_count,
    ln(1 + coalesce(customers.settled_count, 0)) AS log_settled_count,
    shares.late_share,
    shares.recent_late_share,
    shares.latest_late_share,
    shares.decayed_late_share,
    customers.week_late_count / nullif(customers.known_count, 0) AS week_late_share,
    customers.month_late_count / nullif(customers.known_count, 0) AS month_late_share,
    customers.mean_days,
    customers.deviation_days,
    customers.greatest_days,
    customers.quantile_days[1] AS low_days,
    customers.quantile_days[2] AS lower_days,
    customers.quantile_days[3] AS median_days,
    customers.quantile_days[4] AS upper_days,
    customers.quantile_days[5] AS high_days,
    customers.recent_median_days,
    customers.recent_mean_days,
    customers.latest_mean_days,
    customers.latest_median_days,
    customers.decayed_days / nullif(customers.decayed_count, 0) AS decayed_mean_days,
    customers.last_outcomes[1] % 10000 - 1000 AS last_days,
    list_avg(list_transform(customers.last_outcomes[1:3], LAMBDA outcome: outcome % 10000 - 1000)) AS last_three_days,
    list_avg(list_transform(customers.last_outcomes, LAMBDA outcome: outcome % 10000 - 1000)) AS last_ten_days,
    list_avg(list_transform(customers.last_outcomes, LAMBDA outcome: (outcome % 10000 > 1000)::INTEGER))
        AS last_ten_late_share,
    date_diff('day', customers.last_settled_on, points.scored_on) AS days_since_settled,
    date_diff('day', customers.first_invoice_on, points.scored_on) AS days_known,
    customers.payment_days / nullif(customers.settled_count, 0) AS payment_days_share,
    customers.monday_count / nullif(customers.settled_count, 0) AS monday_share,
    customers.tuesday_count / nullif(customers.settled_count, 0) AS tuesday_share,
    customers.wednesday_count / nullif(customers.settled_count, 0) AS wednesday_share,
    customers.thursday_count / nullif(customers.settled_count, 0) AS thursday_share,
    customers.friday_count / nullif(customers.settled_count, 0) AS friday_share,
    customers.turn_of_month_count / nullif(customers.settled_count, 0) AS turn_of_month_share,
    ln(1 + coalesce(customers.open_count, 0)) AS log_open_count,
    ln(1 + coalesce(customers.overdue_count, 0)) AS log_overdue_count,
    coalesce(customers.overdue_count, 0) / (coalesce(customers.open_count, 0) + 3) AS overdue_share,
    customers.greatest_days_overdue,
    customers.mean_days_overdue,
    customers.first_terms_days,
    customers.first_days,
    date_diff('day', points.invoice_date, points.due_date) - customers.first_terms_days AS terms_against_first,
    customer_words.promise_count,
    customer_words.broken_promise_count / nullif(customer_words.promise_count, 0) AS broken_promise_share,
    customer_words.missing_promise_count,
    date_diff('day', customer_words.last_broken_for, points.scored_on) AS days_since_broken_promise,
    date_diff('day', points.scored_on, item_words.promised_for) AS days_until_promised,
    customer_words.dispute_count,
    customer_words.open_dispute_count,
    date_diff('day', item_words.disputed_since, points.scored_on) AS days_disputed,
    seasons.late_difference AS season_late_difference,
    contexts.weekday_late_share,
    contexts.weekday_median_days,
    contexts.terms_late_share,
    contexts.terms_median_days,
    contexts.month_part_late_share,
    contexts.month_part_median_days,
    contexts.attribute_1_late_share,
    contexts.attribute_1_median_days,
    contexts.attribute_2_late_share,
    contexts.attribute_2_median_days,
    contexts.attribute_3_late_share,
    contexts.attribute_3_median_days,
    contexts.attribute_4_late_share,
    contexts.attribute_4_median_days,
    contexts.attribute_5_late_share,
    contexts.attribute_5_median_days,
    contexts.attribute_6_late_share,
    contexts.attribute_6_median_days,
    shares.branch_late_share,
    shares.base_late_share,
    contexts.base_weekday_late_share,
    contexts.branch_weekday_late_share,
    contexts.branch_terms_late_share,
    contexts.branch_month_part_late_share,
    contexts.branch_attribute_1_late_share,
    contexts.branch_attribute_2_late_share,
    contexts.branch_attribute_3_late_share,
    contexts.branch_attribute_4_late_share,
    contexts.branch_attribute_5_late_share,
    contexts.branch_attribute_6_late_share,
    contexts.branch_country_late_share,
    contexts.branch_zone_late_share,
    contexts.branch_sector_late_share,
    contexts.branch_customer_class_late_share,
    contexts.branch_payment_method_late_share,
    points.days_overdue,
    date_diff('day', points.invoice_date, points.due_date) AS terms_days,
    isodow(points.due_date) AS due_weekday,
    day(points.due_date) AS due_day_of_month,
    date_diff('day', points.due_date, points.due_on) AS days_off_at_due_date,
    ln(1 + points.amount::DOUBLE) AS log_amount,
    ln(1 + points.amount::DOUBLE) - usual.mean_log_amount AS amount_against_usual,
    points.branch,
    points.document_type,
    points.payment_method,
    points.attribute_1,
    points.attribute_2,
    points.attribute_3,
    points.attribute_4,
    points.attribute_5,
    points.attribute_6,
    points.country,
    points.zone,
    points.sector,
    points.customer_class
FROM features.points AS points
INNER JOIN features.shares AS shares
    ON
        points.company_id = shares.company_id
        AND points.customer_id = shares.customer_id
        AND points.branch = shares.branch
        AND points.scored_on = shares.scored_on
LEFT JOIN features.customers AS customers
    ON
        points.company_id = customers.company_id
        AND points.customer_id = customers.customer_id
        AND points.scored_on = customers.scored_on
LEFT JOIN features.contexts AS contexts
    ON
        points.company_id = contexts.company_id
        AND points.receivable_id = contexts.receivable_id
        AND points.scored_on = contexts.scored_on
LEFT JOIN features.customer_words AS customer_words
    ON
        points.company_id = customer_words.company_id
        AND points.customer_id = customer_words.customer_id
        AND points.scored_on = customer_words.scored_on
LEFT JOIN features.item_words AS item_words
    ON
        points.company_id = item_words.company_id
        AND points.receivable_id = item_words.receivable_id
        AND points.scored_on = item_words.scored_on
LEFT JOIN features.seasons AS seasons
    ON
        points.company_id = seasons.company_id
        AND points.branch = seasons.branch
        AND points.scored_on = seasons.scored_on
        AND month(points.due_date) = seasons.due_month
LEFT JOIN features.usual_amounts AS usual
    ON
        points.company_id = usual.company_id
        AND points.customer_id = usual.customer_id
        AND points.currency = usual.currency
        AND points.scored_on = usual.scored_on
