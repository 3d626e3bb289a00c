-- Where the risk sits: each group's share of the late money beside its share of the open money.
-- Grain: company, currency, dimension, dimension_value, as in diagnosis.groups; rank orders them within a currency.
-- open_share, risk_share: 0-1, of the currency's open amount and expected late money; over a dimension each adds up to
-- 1.
-- finding: 'over_represented', 'one_customer' (over-represented by one customer, customer_id), 'under_represented',
-- 'in_proportion', 'too_small' to say, 'only_value' of its dimension, 'remainder'.
-- Materialized: view
WITH shares AS (
    SELECT
        grouped.*,
        grouped.open_amount::DOUBLE / nullif(portfolio.open_amount, 0) AS open_share,
        coalesce(grouped.late_amount::DOUBLE / nullif(portfolio.late_amount, 0), 0) AS risk_share,
        -- Odds of being late against the currency's, multiplied out: nothing may be punctual, or nothing late.
        grouped.late_amount::DOUBLE * (portfolio.open_amount - portfolio.late_amount) AS late_odds,
        portfolio.late_amount::DOUBLE * (grouped.open_amount - grouped.late_amount) AS usual_odds,
        count(*) OVER (PARTITION BY grouped.company_id, grouped.currency, grouped.dimension) AS dimension_values
    FROM diagnosis.groups AS grouped
    INNER JOIN diagnosis.portfolio AS portfolio
        ON grouped.company_id = portfolio.company_id AND grouped.currency = portfolio.currency
),

judged AS (
    SELECT
        shares.*,
        CASE
            WHEN shares.dimension_values = 1 THEN 'only_value'
            WHEN shares.dimension_value = '(other)' THEN 'remainder'
            WHEN
                shares.receivables < parameters.least_receivables
                OR shares.customers < parameters.least_customers
                OR shares.open_share < parameters.least_share THEN 'too_small'
            WHEN
                shares.late_odds >= parameters.least_odds_ratio * shares.usual_odds
                AND shares.risk_share - shares.open_share >= parameters.least_excess
                THEN
                    if(
                        shares.largest_late_amount >= parameters.one_customer_share * shares.late_amount,
                        'one_customer',
                        'over_represented'
                    )
            WHEN
                parameters.least_odds_ratio * shares.late_odds <= shares.usual_odds
                AND shares.open_share - shares.risk_share >= parameters.least_excess THEN 'under_represented'
            ELSE 'in_proportion'
        END AS finding
    FROM shares
    CROSS JOIN diagnosis.parameters AS parameters
)

SELECT
    company_id,
    currency,
    row_number() OVER (
        PARTITION BY company_id, currency
        ORDER BY
            list_position(
                [
                    'over_represented',
                    'one_customer',
                    'in_proportion',
                    'under_represented',
                    'too_small',
                    'remainder',
                    'only_value'
                ],
                finding
            ) ASC,
            risk_share - open_share DESC,
            dimension ASC,
            dimension_value ASC
    ) AS rank,
    finding,
    dimension,
    dimension_value,
    if(finding = 'one_customer', largest_customer_id, NULL) AS customer_id,
    customers,
    receivables,
    open_amount,
    overdue_amount,
    at_risk_amount,
    late_amount,
    expected_loss,
    open_share,
    risk_share
FROM judged
