-- What has become of each promise to pay, as known on the morning of the day of a score.
-- Grain: company, promise of ledger.promises, scored_on of features.points of its customer; promises of the last
-- policy.score_settings.context_days whose day has passed and which stand for something: the receivable they name, or
-- what the customer had open when they were recorded and due by the promised day, in their currency if they name one.
-- is_broken: on the evening of promised_for money for it was missing; is_missing: it was on the evening before
-- scored_on. Missing: not all it stands for was settled, nor had as much as was promised come since it was recorded.
-- Of an instalment of a payment plan, as much as its instalments up to that one.
-- Leak-free: promises recorded before scored_on, and money that came or came back before it.
-- Materialized: table
WITH wanted AS (
    SELECT DISTINCT
        company_id,
        customer_id,
        scored_on
    FROM features.points
),

covered AS (
    SELECT
        promises.company_id,
        promises.customer_id,
        promises.promise_id,
        wanted.scored_on,
        coalesce(promises.plan_amount, promises.amount) AS amount,
        promises.recorded_on,
        promises.promised_for,
        items.receivable_id,
        coalesce(items.settled_on <= promises.promised_for, FALSE) AS was_settled,
        coalesce(items.settled_on < wanted.scored_on, FALSE) AS is_settled
    FROM ledger.promises AS promises
    CROSS JOIN policy.score_settings AS settings
    INNER JOIN wanted
        ON
            promises.company_id = wanted.company_id
            AND promises.customer_id = wanted.customer_id
            AND promises.recorded_on < wanted.scored_on
            AND promises.promised_for < wanted.scored_on
            AND promises.promised_for >= wanted.scored_on - settings.context_days
    INNER JOIN features.items AS items
        ON
            promises.company_id = items.company_id
            AND promises.customer_id = items.customer_id
            AND items.receivable_id = coalesce(promises.receivable_id, items.receivable_id)
            AND wanted.scored_on > items.stands_after
            AND wanted.scored_on <= items.stands_until
    WHERE
        (items.is_open OR items.settled_on >= promises.recorded_on)
        AND wanted.scored_on > items.invoice_date
        AND (
            promises.receivable_id IS NOT NULL
            OR (
                promises.recorded_on >= items.invoice_date
                AND promises.promised_for >= items.due_date
                AND items.currency = coalesce(promises.currency, items.currency)
            )
        )
),

money AS (
    SELECT
        covered.company_id,
        covered.promise_id,
        covered.scored_on,
        sum(allocations.amount) FILTER (WHERE allocations.paid_on <= covered.promised_for) AS paid_then,
        sum(allocations.amount) AS paid_now
    FROM covered
    INNER JOIN staging.allocations AS allocations
        ON
            covered.company_id = allocations.company_id
            AND covered.receivable_id = allocations.receivable_id
            AND covered.recorded_on <= allocations.paid_on
            AND covered.scored_on > allocations.paid_on
    WHERE covered.amount IS NOT NULL
    GROUP BY covered.company_id, covered.promise_id, covered.scored_on
)

SELECT
    covered.company_id,
    covered.customer_id,
    covered.promise_id,
    covered.scored_on,
    covered.promised_for,
    NOT bool_and(covered.was_settled) AND coalesce(any_value(money.paid_then) < covered.amount, TRUE) AS is_broken,
    NOT bool_and(covered.is_settled) AND coalesce(any_value(money.paid_now) < covered.amount, TRUE) AS is_missing
FROM covered
LEFT JOIN money
    ON
        covered.company_id = money.company_id
        AND covered.promise_id = money.promise_id
        AND covered.scored_on = money.scored_on
GROUP BY
    covered.company_id,
    covered.customer_id,
    covered.promise_id,
    covered.scored_on,
    covered.promised_for,
    covered.amount
