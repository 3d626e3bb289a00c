-- Every condition of every segment asked of every customer. Conditions are rows of policy.segment_conditions, never
-- SQL text.
-- Grain: customer, segment_rank, condition_number, currency (alternatives of one condition; NULL where it asks for
-- no amount).
-- fact_number: the row of segment.facts.
-- A fact that is not known fulfils no condition, also none that excludes words; an amount in a currency without open
-- receivables is 0. Limits are included.
-- Materialized: view
WITH asked AS (
    SELECT
        f.rowid AS fact_number,
        f.company_id,
        f.customer_id,
        c.segment_rank,
        c.condition_number,
        c.fact,
        c.currency,
        c.words,
        c.is_excluded,
        c.at_least,
        c.at_most,
        CASE c.fact
            WHEN 'risk_grade' THEN f.risk_grade
            WHEN 'trend' THEN f.trend
            WHEN 'relation' THEN CASE WHEN f.is_new THEN 'new' WHEN NOT f.is_new THEN 'regular' END
            WHEN 'is_new' THEN f.is_new::VARCHAR
            WHEN 'sector' THEN f.sector
            WHEN 'zone' THEN f.zone
            WHEN 'country' THEN f.country
            WHEN 'customer_class' THEN f.customer_class
            WHEN 'financial_situation' THEN f.financial_situation
            WHEN 'payment_method' THEN f.payment_method
            WHEN 'has_guarantee' THEN f.has_guarantee::VARCHAR
        END AS found_word,
        CASE c.fact
            WHEN 'risk_score' THEN f.risk_score::DECIMAL(38, 4)
            WHEN 'late_share' THEN f.late_share::DECIMAL(38, 4)
            WHEN 'median_days_late' THEN f.median_days_late::DECIMAL(38, 4)
            WHEN 'settled_count' THEN f.settled_count::DECIMAL(38, 4)
            WHEN 'days_overdue' THEN f.days_overdue::DECIMAL(38, 4)
            WHEN 'overdue_count' THEN f.overdue_count::DECIMAL(38, 4)
            WHEN 'broken_promises' THEN f.broken_promises::DECIMAL(38, 4)
            WHEN 'contacts_last_year' THEN f.contacts_last_year::DECIMAL(38, 4)
            WHEN 'open_share' THEN coalesce(f.amounts[c.currency].open_share, 0)::DECIMAL(38, 4)
            WHEN 'yearly_sales' THEN coalesce(f.amounts[c.currency].yearly_sales, 0)::DECIMAL(38, 4)
            WHEN 'sales_share' THEN coalesce(f.amounts[c.currency].sales_share, 0)::DECIMAL(38, 4)
            WHEN 'cost_to_serve' THEN f.amounts[c.currency].cost_to_serve::DECIMAL(38, 4)
            WHEN 'insured_amount' THEN coalesce(f.amounts[c.currency].insured_amount, 0)::DECIMAL(38, 4)
            WHEN 'insured_share' THEN f.amounts[c.currency].insured_share::DECIMAL(38, 4)
            WHEN 'open_amount' THEN coalesce(f.amounts[c.currency].open_amount, 0)::DECIMAL(38, 4)
            WHEN 'overdue_amount' THEN coalesce(f.amounts[c.currency].overdue_amount, 0)::DECIMAL(38, 4)
        END AS found_number
    FROM segment.facts AS f
    CROSS JOIN policy.segment_conditions AS c
)

SELECT
    fact_number,
    company_id,
    customer_id,
    segment_rank,
    condition_number,
    fact,
    currency,
    words,
    is_excluded,
    at_least,
    at_most,
    found_word,
    found_number,
    coalesce(
        CASE
            WHEN words IS NOT NULL THEN list_contains(words, found_word) <> is_excluded
            ELSE found_number >= coalesce(at_least, found_number) AND found_number <= coalesce(at_most, found_number)
        END,
        FALSE
    ) AS passes
FROM asked
