-- How a customer paid in each circumstance: due on this weekday, with these terms, in this part of the month, with this
-- attribute. Leak-free as features.customers; outcomes of the last policy.score_settings.context_days.
-- Grain: company, customer, scored_on, kind, value. median_days: days late of the settled, days overdue so far of the
-- open ones.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        scored_on,
        kind,
        value
    FROM features.point_contexts
    -- What a customer is does not differ from one of his receivables to the next.
    WHERE kind NOT IN ('country', 'zone', 'sector', 'customer_class', 'payment_method')
)

SELECT
    wanted.company_id,
    wanted.customer_id,
    wanted.scored_on,
    wanted.kind,
    wanted.value,
    count(*) AS known_count,
    count(*) FILTER (WHERE items.is_late) AS late_count,
    median(date_diff('day', items.due_on, least(items.settled_on, wanted.scored_on))) AS median_days
FROM wanted
CROSS JOIN policy.score_settings AS settings
INNER JOIN features.item_contexts AS items
    ON
        wanted.company_id = items.company_id
        AND wanted.customer_id = items.customer_id
        AND wanted.kind = items.kind
        AND wanted.value = items.value
        AND wanted.scored_on >= items.known_from
        AND wanted.scored_on > items.invoice_date
        AND wanted.scored_on > items.stands_after
        AND wanted.scored_on <= items.stands_until
        AND items.known_from > wanted.scored_on - settings.context_days
GROUP BY wanted.company_id, wanted.customer_id, wanted.scored_on, wanted.kind, wanted.value
