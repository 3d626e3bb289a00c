-- What is not known of debtors, and weakens their score.
-- Grain: company, finding, currency; currency '*': customers in any currency, each counted once, without amounts.
-- counted of out_of customers with something open. Amounts in `currency`: what the counted ones owe.
-- finding: 'no_history' (nothing of theirs was ever settled on a known day), 'not_in_master' (only in receivables),
-- 'no_sector', 'no_zone', 'no_terms', 'no_credit_limit'.
-- Materialized: table
WITH known AS (
    SELECT
        debtors.company_id,
        debtors.customer_id,
        debtors.currency,
        debtors.receivables,
        debtors.open_amount,
        coalesce(scores.settled_count, 0) = 0 AS no_history,
        NOT customers.is_in_master AS not_in_master,
        customers.sector IS NULL AS no_sector,
        customers.zone IS NULL AS no_zone,
        customers.payment_terms_days IS NULL AS no_terms,
        customers.credit_limit IS NULL AS no_credit_limit
    FROM diagnosis.debtors AS debtors
    LEFT JOIN staging.customers AS customers
        ON debtors.company_id = customers.company_id AND debtors.customer_id = customers.customer_id
    LEFT JOIN score.customer_scores AS scores
        ON debtors.company_id = scores.company_id AND debtors.customer_id = scores.customer_id
),

judged AS (
    SELECT
        company_id,
        customer_id,
        currency,
        receivables,
        open_amount,
        finding,
        is_missing
    FROM known
    UNPIVOT (
        is_missing FOR finding IN (no_history, not_in_master, no_sector, no_zone, no_terms, no_credit_limit)
    )
)

SELECT
    company_id,
    finding,
    currency,
    count(*) FILTER (WHERE is_missing) AS counted,
    count(*) AS out_of,
    coalesce(sum(receivables) FILTER (WHERE is_missing), 0)::BIGINT AS receivables,
    coalesce(sum(open_amount) FILTER (WHERE is_missing), 0)::DECIMAL(18, 2) AS open_amount,
    coalesce(sum(open_amount) FILTER (WHERE is_missing)::DOUBLE / nullif(sum(open_amount), 0), 0) AS open_share
FROM judged
GROUP BY company_id, finding, currency
UNION ALL
SELECT
    company_id,
    finding,
    '*' AS currency,
    count(DISTINCT customer_id) FILTER (WHERE is_missing) AS counted,
    count(DISTINCT customer_id) AS out_of,
    coalesce(sum(receivables) FILTER (WHERE is_missing), 0)::BIGINT AS receivables,
    NULL AS open_amount,
    NULL AS open_share
FROM judged
GROUP BY company_id, finding
