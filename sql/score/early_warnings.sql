-- What says of a customer, before ageing shows it, that money will come later than it used to.
-- Grain: company, customer, warning. Definitions: score.habit_warnings and score.event_warnings; limits, order and
-- sources: tasks/score/early_warnings.yaml; how well each warns: docs/score.md.
-- since: first day of what is warned of. strength counts what `unit` says: 'days', 'times' (the usual), 'share' (of the
-- limit), or 'receivables', 'promises', 'disputes'; more is worse.
-- Facts for words: value_before and value_after, what was usual (or allowed) and what is now; of pays_later, first_late
-- and unpaid_past_usual_day days from the due date, of buys_more_pays_later invoiced and of near_or_above_credit_limit
-- open amounts in `currency` (value_before the limit), of pays_in_parts the amount and what is left; item_count:
-- receivables, promises or disputes that it rests on. Of several currencies, the strongest.
-- place: 1 is the customer's strongest warning, by severity. has_overdue: something was overdue on the evening before.
-- Nothing is decided by it, so that no decision waits for it: made on reading, for mart.early_warnings.
-- Materialized: view
WITH found AS (
    SELECT
        company_id,
        customer_id,
        warning,
        since,
        strength,
        value_before,
        value_after,
        item_count,
        currency
    FROM score.habit_warnings
    UNION ALL
    SELECT
        company_id,
        customer_id,
        warning,
        since,
        strength,
        value_before,
        value_after,
        item_count,
        currency
    FROM score.event_warnings
),

strongest AS (
    SELECT
        found.company_id,
        found.customer_id,
        found.warning,
        found.since,
        found.strength,
        found.value_before,
        found.value_after,
        found.item_count,
        found.currency,
        kinds.severity,
        kinds.unit
    FROM found
    INNER JOIN policy.early_warnings AS kinds ON found.warning = kinds.warning
    QUALIFY
        row_number() OVER (
            PARTITION BY found.company_id, found.customer_id, found.warning
            ORDER BY found.strength DESC, found.currency ASC
        ) = 1
)

SELECT
    strongest.company_id,
    strongest.customer_id,
    strongest.warning,
    strongest.since,
    round(strongest.strength, 6) AS strength,
    strongest.unit,
    round(strongest.value_before, 6) AS value_before,
    round(strongest.value_after, 6) AS value_after,
    strongest.item_count,
    strongest.currency,
    coalesce(history.overdue_count > 0, FALSE) AS has_overdue,
    row_number() OVER (
        PARTITION BY strongest.company_id, strongest.customer_id ORDER BY strongest.severity
    ) AS place
FROM strongest
LEFT JOIN score.customer_history AS history
    ON strongest.company_id = history.company_id AND strongest.customer_id = history.customer_id
