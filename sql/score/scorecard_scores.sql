-- What the points scorecard says of each open receivable: how likely it is to be paid late, when, and why.
-- Grain: company, receivable of staging.open_receivables. Dates are calendar days.
-- points: the sum of the scorecard's bins that the customer and the receivable fall in; more is riskier.
-- late_probability: of being paid after the due date: 1 once it is overdue, else the logistic of the points, by which
-- points_to_double points double the odds.
-- expected_days_late: before the due date, probability x the customer's usual days late when late; afterwards, the days
-- overdue and the mean days still to come in its ageing bucket. expected_pay_date: due date plus these, never before
-- as_of, moved from a weekend to Monday (public holidays are not looked at).
-- Constants and sources: tasks/score/scorecard.yaml. What may be lost: loss.expected_losses.
-- log_odds: of being late, also where it is late already; even_log_odds: those of no points at all.
-- reasons: the three bins with the most points up or down; the lower bin number first among equals.
-- Materialized: table
-- noqa: disable=RF02
-- (a lambda's parameter belongs to no table)
WITH found AS (
    SELECT
        features.company_id,
        features.receivable_id,
        features.due_date,
        features.days_overdue,
        features.aging_bucket,
        customers.late_days,
        customers.has_history,
        customer_points.bins
        || list_filter(
            [
                card.due_weekday_before
                + nullif(len(list_filter(card.due_weekday_ends, LAMBDA low: low <= features.due_weekday)), 0),
                card.days_until_due_before
                + nullif(len(list_filter(card.days_until_due_ends, LAMBDA low: low <= features.days_until_due)), 0),
                card.terms_days_before
                + nullif(len(list_filter(card.terms_days_ends, LAMBDA low: low <= features.terms_days)), 0),
                card.amount_ratio_before
                + nullif(len(list_filter(card.amount_ratio_ends, LAMBDA low: low <= features.amount_ratio)), 0),
                card.is_disputed_before
                + nullif(len(list_filter(card.is_disputed_ends, LAMBDA low: low <= features.is_disputed)), 0),
                method.bin,
                document_status.bin
            ],
            LAMBDA bin: bin IS NOT NULL
        ) AS bins
    FROM score.receivable_features AS features
    CROSS JOIN score.scorecard AS card
    INNER JOIN score.customer_features AS customers
        ON features.company_id = customers.company_id AND features.customer_id = customers.customer_id
    INNER JOIN score.customer_points AS customer_points
        ON features.company_id = customer_points.company_id AND features.customer_id = customer_points.customer_id
    LEFT JOIN policy.scorecard_bins AS method
        ON method.feature = 'payment_method' AND features.payment_method = method.word
    LEFT JOIN policy.scorecard_bins AS document_status
        ON
            document_status.feature = 'payment_document_status'
            AND features.payment_document_status = document_status.word
),

weighed AS (
    SELECT
        found.company_id,
        found.receivable_id,
        found.due_date,
        found.days_overdue,
        found.has_history,
        found.bins,
        coalesce(list_sum(list_transform(found.bins, LAMBDA bin: card.bin_points[bin])), 0)::INTEGER AS points,
        found.late_days,
        ageing.remaining_days
    FROM found
    CROSS JOIN score.scorecard AS card
    INNER JOIN policy.aging_buckets AS ageing ON found.aging_bucket = ageing.aging_bucket
),

judged AS (
    SELECT
        weighed.company_id,
        weighed.receivable_id,
        weighed.due_date,
        weighed.days_overdue,
        weighed.has_history,
        weighed.bins,
        weighed.points,
        weighed.late_days,
        weighed.remaining_days,
        (weighed.points - card.even_points) * ln(2) / card.points_to_double AS log_odds,
        -card.even_points * ln(2) / card.points_to_double AS even_log_odds,
        if(
            weighed.days_overdue > 0,
            1,
            1 / (1 + exp(-(weighed.points - card.even_points) * ln(2) / card.points_to_double))
        ) AS late_probability
    FROM weighed
    CROSS JOIN policy.scorecard_parameters AS card
),

dated AS (
    SELECT
        judged.company_id,
        judged.receivable_id,
        judged.has_history,
        judged.bins,
        judged.points,
        judged.log_odds,
        judged.even_log_odds,
        judged.late_probability,
        if(
            judged.days_overdue > 0,
            judged.days_overdue + judged.remaining_days,
            judged.late_probability * judged.late_days
        ) AS expected_days_late,
        greatest(
            judged.due_date + if(
                judged.days_overdue > 0,
                judged.days_overdue + judged.remaining_days,
                round(judged.late_probability * judged.late_days)
            )::INTEGER,
            run.as_of
        ) AS expected_on
    FROM judged
    CROSS JOIN run.parameters AS run
)

SELECT
    dated.company_id,
    dated.receivable_id,
    round(dated.late_probability, 6) AS late_probability,
    round(dated.expected_days_late, 2) AS expected_days_late,
    dated.expected_on + greatest(8 - isodow(dated.expected_on), 0)::INTEGER
    * (isodow(dated.expected_on) > 5)::INTEGER AS expected_pay_date,
    dated.points,
    dated.log_odds,
    dated.even_log_odds,
    dated.has_history,
    list_transform(
        list_reverse_sort(
            list_transform(
                list_filter(dated.bins, LAMBDA bin: card.bin_points[bin] <> 0),
                LAMBDA bin: abs(card.bin_points[bin]) * 1000 + 999 - bin
            )
        )[1:3],
        LAMBDA weight: struct_pack(
            code := card.bin_reasons[999 - weight % 1000],
            points := card.bin_points[999 - weight % 1000]
        )
    ) AS reasons
FROM dated
CROSS JOIN score.scorecard AS card
