-- The effects of each group as columns.
-- Grain: one row per experiment, segment, currency and arm, without the control. Figures are NULL without is_enough.
-- days_gained: days that money comes earlier, so minus the effect on days. cash_share: of the amount, what is paid
-- within 30 days and would not have been. money_days_share: days that the amount comes earlier, each receivable by its
-- amount.
-- Materialized: table
SELECT
    experiment,
    segment,
    currency,
    arm,
    any_value(control) AS control,
    bool_and(is_enough) AS is_enough,
    -any_value(effect) FILTER (WHERE measure = 'days' AND is_enough) AS days_gained,
    -any_value(high) FILTER (WHERE measure = 'days' AND is_enough) AS days_gained_low,
    -any_value(low) FILTER (WHERE measure = 'days' AND is_enough) AS days_gained_high,
    any_value(effect) FILTER (WHERE measure = 'money_30' AND is_enough) AS cash_share,
    any_value(low) FILTER (WHERE measure = 'money_30' AND is_enough) AS cash_share_low,
    any_value(high) FILTER (WHERE measure = 'money_30' AND is_enough) AS cash_share_high,
    -any_value(effect) FILTER (WHERE measure = 'money_days' AND is_enough) AS money_days_share,
    -any_value(high) FILTER (WHERE measure = 'money_days' AND is_enough) AS money_days_share_low,
    -any_value(low) FILTER (WHERE measure = 'money_days' AND is_enough) AS money_days_share_high
FROM outcomes.effects
GROUP BY experiment, segment, currency, arm
