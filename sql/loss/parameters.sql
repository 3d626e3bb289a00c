-- The constants of the provision matrix (IFRS 9 B5.5.35), each with its reason.
-- Grain: one row.
-- window_months: roll rates are pooled over the last 12 complete months: a whole year, so that no season weighs more
--   than another, and no longer, because how customers pay drifts.
-- lost_after_days: what is still open more than 360 days after its due date counts as lost. Exports hardly ever show a
--   write-off, so a loss has to be taken from age; a year is four times the 90 days after which IFRS 9 B5.5.37 presumes
--   default, and leaves time for a claim.
-- credibility_count: with 30 observed amounts a share has a standard error of 9 points; there what was observed and the
--   default rate (loss.default_rates) weigh the same (n / (n + k), Buehlmann's credibility).
-- Materialized: view
SELECT
    12 AS window_months,
    360 AS lost_after_days,
    30 AS credibility_count
