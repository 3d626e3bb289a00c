-- How the customer and the branch paid in each of the receivable's circumstances, side by side.
-- Grain: company, receivable, scored_on of features.points. <kind>_late_share: the customer's, drawn to his late share;
-- branch_<kind>_late_share: the branch's, drawn to its own; base_weekday_late_share: of the last base_days;
-- <kind>_median_days: the customer's. Weights: policy.score_settings.
-- Materialized: table
WITH judged AS (
    SELECT
        contexts.company_id,
        contexts.receivable_id,
        contexts.scored_on,
        contexts.kind,
        (coalesce(customers.late_count, 0) + settings.context_weight * shares.late_share)
        / (coalesce(customers.known_count, 0) + settings.context_weight) AS late_share,
        customers.median_days,
        (coalesce(branches.late_count, 0) + settings.branch_weight * shares.branch_late_share)
        / (coalesce(branches.known_count, 0) + settings.branch_weight) AS branch_late_share,
        (coalesce(branches.base_late_count, 0) + settings.base_weight * shares.base_late_share)
        / (coalesce(branches.base_known_count, 0) + settings.base_weight) AS base_late_share
    FROM features.point_contexts AS contexts
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN features.shares AS shares
        ON
            contexts.company_id = shares.company_id
            AND contexts.customer_id = shares.customer_id
            AND contexts.branch = shares.branch
            AND contexts.scored_on = shares.scored_on
    LEFT JOIN features.customer_contexts AS customers
        ON
            contexts.company_id = customers.company_id
            AND contexts.customer_id = customers.customer_id
            AND contexts.scored_on = customers.scored_on
            AND contexts.kind = customers.kind
            AND contexts.value = customers.value
    LEFT JOIN features.branch_contexts AS branches
        ON
            contexts.company_id = branches.company_id
            AND contexts.branch = branches.branch
            AND contexts.scored_on = branches.scored_on
            AND contexts.kind = branches.kind
            AND contexts.value = branches.value
)

SELECT
    company_id,
    receivable_id,
    scored_on,
    max(late_share) FILTER (WHERE kind = 'weekday') AS weekday_late_share,
    max(median_days) FILTER (WHERE kind = 'weekday') AS weekday_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'weekday') AS branch_weekday_late_share,
    max(base_late_share) FILTER (WHERE kind = 'weekday') AS base_weekday_late_share,
    max(late_share) FILTER (WHERE kind = 'terms') AS terms_late_share,
    max(median_days) FILTER (WHERE kind = 'terms') AS terms_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'terms') AS branch_terms_late_share,
    max(late_share) FILTER (WHERE kind = 'month_part') AS month_part_late_share,
    max(median_days) FILTER (WHERE kind = 'month_part') AS month_part_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'month_part') AS branch_month_part_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_1') AS attribute_1_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_1') AS attribute_1_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_1') AS branch_attribute_1_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_2') AS attribute_2_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_2') AS attribute_2_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_2') AS branch_attribute_2_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_3') AS attribute_3_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_3') AS attribute_3_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_3') AS branch_attribute_3_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_4') AS attribute_4_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_4') AS attribute_4_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_4') AS branch_attribute_4_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_5') AS attribute_5_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_5') AS attribute_5_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_5') AS branch_attribute_5_late_share,
    max(late_share) FILTER (WHERE kind = 'attribute_6') AS attribute_6_late_share,
    max(median_days) FILTER (WHERE kind = 'attribute_6') AS attribute_6_median_days,
    max(branch_late_share) FILTER (WHERE kind = 'attribute_6') AS branch_attribute_6_late_share,
    max(branch_late_share) FILTER (WHERE kind = 'country') AS branch_country_late_share,
    max(branch_late_share) FILTER (WHERE kind = 'zone') AS branch_zone_late_share,
    max(branch_late_share) FILTER (WHERE kind = 'sector') AS branch_sector_late_share,
    max(branch_late_share) FILTER (WHERE kind = 'customer_class') AS branch_customer_class_late_share,
    max(branch_late_share) FILTER (WHERE kind = 'payment_method') AS branch_payment_method_late_share
FROM judged
GROUP BY company_id, receivable_id, scored_on
