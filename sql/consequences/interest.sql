-- Late interest on each receivable: simple, from the day after the due date, rounded once at the end, half up, to the
-- currency's smallest unit (policy.currency_units, else cents). No row where it rounds to nothing or stays below the
-- minimum of the segment and currency.
-- Grain: one row per receivable (item_number). amount: positive, in the receivable's currency.
-- arithmetic: balance x rate x days / 365, one term per stretch, with a decimal point in every language.
-- Materialized: table
WITH accrued AS (
    SELECT
        item_number,
        min(from_on) AS from_on,
        max(to_on) AS to_on,
        sum(days)::INTEGER AS days,
        greatest(sum(accrued_parts), 0) AS parts,
        string_agg(
            concat(balance, ' × ', rtrim(rtrim(percent::VARCHAR, '0'), '.'), ' % × ', days, ' / 365'),
            ' + ' ORDER BY from_on
        ) AS terms
    FROM consequences.interest_periods
    GROUP BY item_number
),

rounded AS (
    SELECT
        a.item_number,
        i.segment,
        i.currency,
        i.rate_name,
        a.from_on,
        a.to_on,
        a.days,
        a.terms,
        (
            (
                (2 * a.parts + 365000000::HUGEINT * coalesce(u.cents, 1))
                // (2 * 365000000::HUGEINT * coalesce(u.cents, 1))
                * coalesce(u.cents, 1)
            )::BIGINT::DECIMAL(18, 0)
            * 0.01::DECIMAL(2, 2)
        )::DECIMAL(18, 2) AS amount
    FROM accrued AS a
    INNER JOIN consequences.items AS i ON a.item_number = i.item_number
    LEFT JOIN policy.currency_units AS u ON i.currency = u.currency
)

SELECT
    r.item_number,
    r.rate_name,
    r.from_on,
    r.to_on,
    r.days,
    r.amount,
    concat(r.terms, ' = ', r.amount) AS arithmetic
FROM rounded AS r
LEFT JOIN policy.interest_minimums AS m ON r.segment = m.segment AND r.currency = m.currency
WHERE r.amount > 0 AND r.amount >= coalesce(m.amount, 0)
