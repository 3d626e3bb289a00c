-- What customers have said of their debts, as known on the morning of the day of a score: promises and disputes.
-- Grain: company, customer, scored_on of features.points; only customers of whom the ledger knew something by then.
-- promise_count: promises of the last policy.score_settings.context_days whose day has passed; broken_promise_count:
-- those for which money was missing on that day; missing_promise_count: for which it still is; last_broken_for: the day
-- the last broken one was for. dispute_count: disputes the ledger learned of in that time; open_dispute_count: those
-- not resolved.
-- Leak-free: what the ledger learned before scored_on, and money that came before it. The ledger does not keep when it
-- learned that a dispute was resolved: that counts from the day after resolved_on.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        scored_on
    FROM features.points
),

promised AS (
    SELECT
        company_id,
        customer_id,
        scored_on,
        count(*) AS promise_count,
        count(*) FILTER (WHERE is_broken) AS broken_promise_count,
        count(*) FILTER (WHERE is_missing) AS missing_promise_count,
        max(promised_for) FILTER (WHERE is_broken) AS last_broken_for
    FROM features.promises
    GROUP BY company_id, customer_id, scored_on
),

disputed AS (
    SELECT
        wanted.company_id,
        wanted.customer_id,
        wanted.scored_on,
        count(*) AS dispute_count,
        count(*) FILTER (WHERE coalesce(disputes.resolved_on >= wanted.scored_on, TRUE)) AS open_dispute_count
    FROM wanted
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN ledger.disputes AS disputes
        ON
            wanted.company_id = disputes.company_id
            AND wanted.customer_id = disputes.customer_id
            AND wanted.scored_on > disputes.recorded_on
            AND wanted.scored_on > disputes.opened_on
            AND disputes.recorded_on >= wanted.scored_on - settings.context_days
    GROUP BY wanted.company_id, wanted.customer_id, wanted.scored_on
)

SELECT
    coalesce(promised.company_id, disputed.company_id) AS company_id,
    coalesce(promised.customer_id, disputed.customer_id) AS customer_id,
    coalesce(promised.scored_on, disputed.scored_on) AS scored_on,
    promised.promise_count,
    promised.broken_promise_count,
    promised.missing_promise_count,
    promised.last_broken_for,
    disputed.dispute_count,
    disputed.open_dispute_count
FROM promised
FULL JOIN disputed
    ON
        promised.company_id = disputed.company_id
        AND promised.customer_id = disputed.customer_id
        AND promised.scored_on = disputed.scored_on
