-- The bins of the scorecard that each customer falls in on as_of, and their points.
-- Grain: company, customer. `bins`: numbers of policy.scorecard_bins; a feature that says nothing has none.
-- points: their sum; more is riskier.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH found AS (
    SELECT
        features.company_id,
        features.customer_id,
        list_filter(
            [
                card.late_share_before
                + nullif(len(list_filter(card.late_share_ends, LAMBDA low: low <= features.late_share)), 0),
                card.peer_late_share_before
                + nullif(len(list_filter(card.peer_late_share_ends, LAMBDA low: low <= features.peer_late_share)), 0),
                card.last_late_share_before
                + nullif(len(list_filter(card.last_late_share_ends, LAMBDA low: low <= features.last_late_share)), 0),
                card.median_days_late_before
                + nullif(
                    len(list_filter(card.median_days_late_ends, LAMBDA low: low <= features.median_days_late)),
                    0
                ),
                card.late_share_change_before
                + nullif(
                    len(list_filter(card.late_share_change_ends, LAMBDA low: low <= features.late_share_change)),
                    0
                ),
                card.overdue_share_before
                + nullif(len(list_filter(card.overdue_share_ends, LAMBDA low: low <= features.overdue_share)), 0),
                card.greatest_days_overdue_before
                + nullif(
                    len(
                        list_filter(
                            card.greatest_days_overdue_ends,
                            LAMBDA low: low <= features.greatest_days_overdue
                        )
                    ),
                    0
                ),
                card.days_since_settled_before
                + nullif(
                    len(list_filter(card.days_since_settled_ends, LAMBDA low: low <= features.days_since_settled)),
                    0
                ),
                situation.bin
            ],
            LAMBDA bin: bin IS NOT NULL
        ) AS bins
    FROM score.customer_features AS features
    CROSS JOIN score.scorecard AS card
    LEFT JOIN policy.scorecard_bins AS situation
        ON situation.feature = 'financial_situation' AND features.financial_situation = situation.word
)

SELECT
    found.company_id,
    found.customer_id,
    found.bins,
    coalesce(list_sum(list_transform(found.bins, LAMBDA bin: card.bin_points[bin])), 0)::INTEGER AS points
FROM found
CROSS JOIN score.scorecard AS card
