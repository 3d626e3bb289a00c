-- What each customer adds to each measure of its group: the customer is what was drawn, so it is what is counted.
-- Grain: one row per experiment, segment, currency, measure and customer (experiment, segment, currency, measure,
-- company_id, customer_id); segment `(all)` holds every customer again.
-- total and weight: the group's figure is the sum of totals by the sum of weights. paid_7, paid_14, paid_30:
-- receivables paid within so many days, by receivables; days: days open, by receivables; money_30: amount paid within
-- 30 days, by amount; money_days: amount times days open, by amount.
-- Materialized: table
WITH sums AS (
    SELECT
        experiment,
        company_id,
        customer_id,
        arm,
        segment,
        currency,
        unnest(
            [
                struct_pack(
                    measure := 'paid_7',
                    total := (count(*) FILTER (WHERE has_7_days AND is_paid_7))::DOUBLE,
                    weight := (count(*) FILTER (WHERE has_7_days))::DOUBLE
                ),
                struct_pack(
                    measure := 'paid_14',
                    total := (count(*) FILTER (WHERE has_14_days AND is_paid_14))::DOUBLE,
                    weight := (count(*) FILTER (WHERE has_14_days))::DOUBLE
                ),
                struct_pack(
                    measure := 'paid_30',
                    total := (count(*) FILTER (WHERE has_30_days AND is_paid_30))::DOUBLE,
                    weight := (count(*) FILTER (WHERE has_30_days))::DOUBLE
                ),
                struct_pack(
                    measure := 'days',
                    total := coalesce(sum(days_open) FILTER (WHERE has_30_days), 0)::DOUBLE,
                    weight := (count(*) FILTER (WHERE has_30_days))::DOUBLE
                ),
                struct_pack(
                    measure := 'money_30',
                    total := coalesce(sum(amount) FILTER (WHERE has_30_days AND is_paid_30), 0)::DOUBLE,
                    weight := coalesce(sum(amount) FILTER (WHERE has_30_days), 0)::DOUBLE
                ),
                struct_pack(
                    measure := 'money_days',
                    total := coalesce(sum(amount * days_open) FILTER (WHERE has_30_days), 0)::DOUBLE,
                    weight := coalesce(sum(amount) FILTER (WHERE has_30_days), 0)::DOUBLE
                )
            ]
        ) AS part
    FROM outcomes.receivables
    GROUP BY experiment, company_id, customer_id, arm, segment, currency
),

named AS (
    SELECT
        experiment,
        company_id,
        customer_id,
        arm,
        unnest([segment, '(all)']) AS segment,
        currency,
        part
    FROM sums
)

SELECT
    experiment,
    segment,
    currency,
    arm,
    company_id,
    customer_id,
    struct_extract(part, 'measure') AS measure,
    struct_extract(part, 'total') AS total,
    struct_extract(part, 'weight') AS weight
FROM named
WHERE struct_extract(part, 'weight') > 0
