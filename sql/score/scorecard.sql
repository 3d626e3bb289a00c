-- The scorecard as one row, in the form in which a whole column of values is looked up at once.
-- Grain: one row. For each feature that is a number: `<feature>_ends`, the lower ends of its bins, and
-- `<feature>_before`, the number of the bin before its first, so that before + how many ends a value has reached is
-- the bin it falls in.
-- bin_points and bin_reasons: of all bins, by bin number. Source: tasks/score/scorecard.yaml.
-- Materialized: table
SELECT
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'late_share') AS late_share_ends,
    min(bin) FILTER (WHERE feature = 'late_share') - 1 AS late_share_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'peer_late_share') AS peer_late_share_ends,
    min(bin) FILTER (WHERE feature = 'peer_late_share') - 1 AS peer_late_share_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'last_late_share') AS last_late_share_ends,
    min(bin) FILTER (WHERE feature = 'last_late_share') - 1 AS last_late_share_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'median_days_late') AS median_days_late_ends,
    min(bin) FILTER (WHERE feature = 'median_days_late') - 1 AS median_days_late_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'late_share_change') AS late_share_change_ends,
    min(bin) FILTER (WHERE feature = 'late_share_change') - 1 AS late_share_change_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'overdue_share') AS overdue_share_ends,
    min(bin) FILTER (WHERE feature = 'overdue_share') - 1 AS overdue_share_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'greatest_days_overdue') AS greatest_days_overdue_ends,
    min(bin) FILTER (WHERE feature = 'greatest_days_overdue') - 1 AS greatest_days_overdue_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'days_since_settled') AS days_since_settled_ends,
    min(bin) FILTER (WHERE feature = 'days_since_settled') - 1 AS days_since_settled_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'due_weekday') AS due_weekday_ends,
    min(bin) FILTER (WHERE feature = 'due_weekday') - 1 AS due_weekday_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'days_until_due') AS days_until_due_ends,
    min(bin) FILTER (WHERE feature = 'days_until_due') - 1 AS days_until_due_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'terms_days') AS terms_days_ends,
    min(bin) FILTER (WHERE feature = 'terms_days') - 1 AS terms_days_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'amount_ratio') AS amount_ratio_ends,
    min(bin) FILTER (WHERE feature = 'amount_ratio') - 1 AS amount_ratio_before,
    list(at_least ORDER BY bin) FILTER (WHERE feature = 'is_disputed') AS is_disputed_ends,
    min(bin) FILTER (WHERE feature = 'is_disputed') - 1 AS is_disputed_before,
    list(points ORDER BY bin) AS bin_points,
    list(reason ORDER BY bin) AS bin_reasons
FROM policy.scorecard_bins
