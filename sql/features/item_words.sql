-- What was said of a receivable itself, as known on the morning of the day of a score: a dispute that is not resolved,
-- a promise whose day has not passed. An entry without receivable_id stands for all of the customer; a promise with a
-- currency and without a receivable for that currency only, as in decide.blocks.
-- Grain: company, receivable, scored_on of features.points; only those of which something was said. disputed_since:
-- the day the oldest of its open disputes was opened; promised_for: the latest of the promised days.
-- Leak-free: as features.customer_words.
-- Materialized: table
WITH disputed AS (
    SELECT
        points.company_id,
        points.receivable_id,
        points.scored_on,
        disputes.opened_on AS disputed_since,
        NULL::DATE AS promised_for
    FROM features.points AS points
    INNER JOIN ledger.disputes AS disputes
        ON
            points.company_id = disputes.company_id
            AND points.customer_id = disputes.customer_id
            AND points.receivable_id = coalesce(disputes.receivable_id, points.receivable_id)
            AND points.scored_on > disputes.recorded_on
            AND points.scored_on > disputes.opened_on
    WHERE disputes.resolved_on IS NULL OR disputes.resolved_on >= points.scored_on
),

promised AS (
    SELECT
        points.company_id,
        points.receivable_id,
        points.scored_on,
        NULL::DATE AS disputed_since,
        promises.promised_for
    FROM features.points AS points
    INNER JOIN ledger.promises AS promises
        ON
            points.company_id = promises.company_id
            AND points.customer_id = promises.customer_id
            AND points.receivable_id = coalesce(promises.receivable_id, points.receivable_id)
            AND (promises.receivable_id IS NOT NULL OR points.currency = coalesce(promises.currency, points.currency))
            AND points.scored_on > promises.recorded_on
            AND points.scored_on <= promises.promised_for
),

entries AS (
    SELECT
        disputed.company_id,
        disputed.receivable_id,
        disputed.scored_on,
        disputed.disputed_since,
        disputed.promised_for
    FROM disputed
    UNION ALL
    SELECT
        promised.company_id,
        promised.receivable_id,
        promised.scored_on,
        promised.disputed_since,
        promised.promised_for
    FROM promised
)

SELECT
    company_id,
    receivable_id,
    scored_on,
    min(disputed_since) AS disputed_since,
    max(promised_for) AS promised_for
FROM entries
GROUP BY company_id, receivable_id, scored_on
