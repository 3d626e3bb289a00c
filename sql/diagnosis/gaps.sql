-- Gaps in the data that weaken the score, each in numbers; those without a case are here too, with none.
-- Grain: company, finding, currency; rank orders the findings of a currency, largest share first. Currency '*': the
-- whole company, without amounts, for they are never added across currencies; '?': refused rows whose currency or
-- amount cannot be read.
-- counted of out_of: customers (diagnosis.debtor_gaps), records (diagnosis.record_gaps), or for 'short_history' the
-- months that are missing of a full year; value_after: the months there are. counted_share, open_share: 0-1.
-- Materialized: table
WITH history AS (
    SELECT
        run.company_id,
        coalesce(date_diff('month', min(habits.first_invoice_on), any_value(run.as_of)), 0) AS months
    FROM run.parameters AS run
    LEFT JOIN score.customer_history AS habits
        ON run.company_id = habits.company_id AND habits.last_settled_on IS NOT NULL
    GROUP BY run.company_id
),

found AS (
    SELECT
        company_id,
        finding,
        currency,
        counted,
        out_of,
        receivables,
        open_amount,
        open_share,
        NULL::BIGINT AS months
    FROM diagnosis.debtor_gaps
    UNION ALL
    SELECT
        company_id,
        finding,
        currency,
        counted,
        out_of,
        NULL AS receivables,
        amount AS open_amount,
        NULL AS open_share,
        NULL AS months
    FROM diagnosis.record_gaps
    UNION ALL
    SELECT
        company_id,
        finding,
        '*' AS currency,
        sum(counted)::BIGINT AS counted,
        -- The rows of the files stand beside each currency of refused rows.
        if(finding = 'quarantined', max(out_of), sum(out_of))::BIGINT AS out_of,
        NULL AS receivables,
        NULL AS open_amount,
        NULL AS open_share,
        NULL AS months
    FROM diagnosis.record_gaps
    GROUP BY company_id, finding
    UNION ALL
    SELECT
        history.company_id,
        'short_history' AS finding,
        '*' AS currency,
        greatest(parameters.full_history_months - history.months, 0) AS counted,
        parameters.full_history_months AS out_of,
        NULL AS receivables,
        NULL AS open_amount,
        NULL AS open_share,
        history.months
    FROM history
    CROSS JOIN diagnosis.parameters AS parameters
)

SELECT
    company_id,
    finding,
    currency,
    counted::BIGINT AS counted,
    out_of::BIGINT AS out_of,
    coalesce(counted / nullif(out_of, 0), 0)::DOUBLE AS counted_share,
    receivables,
    open_amount,
    open_share,
    months::DOUBLE AS value_after,
    row_number() OVER (
        PARTITION BY company_id, currency ORDER BY coalesce(counted / nullif(out_of, 0), 0) DESC, finding ASC
    ) AS rank
FROM found
