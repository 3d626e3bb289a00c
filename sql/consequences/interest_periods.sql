-- The stretches of days in which neither what was open nor the rate changed.
-- Grain: one row per receivable and stretch (item_number, from_on); from_on and to_on are both included.
-- Units: balance positive, in the receivable's currency; percent a year. accrued_parts: interest in units of
-- 1/365,000,000 cent, a whole number: cents x ten-thousandths of a percent x days. Nothing is rounded here.
-- Day count actual/365: no text of the law that was read fixes one (docs/consequences.md).
-- Materialized: view
WITH stretches AS (
    SELECT
        b.item_number,
        b.balance,
        r.percent,
        greatest(b.from_on, r.from_on) AS from_on,
        least(b.to_on, r.to_on) AS to_on
    FROM consequences.balances AS b
    INNER JOIN policy.interest_rates AS r
        ON b.rate_name = r.rate_name AND b.from_on <= r.to_on AND b.to_on >= r.from_on
)

SELECT
    item_number,
    from_on,
    to_on,
    date_diff('day', from_on, to_on) + 1 AS days,
    percent,
    balance,
    (balance * 100)::HUGEINT * (percent * 10000)::HUGEINT * (date_diff('day', from_on, to_on) + 1) AS accrued_parts
FROM stretches
