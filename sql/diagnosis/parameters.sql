-- The limits of the diagnosis, each with its reason. They choose what is shown and decide nothing.
-- Grain: one row.
-- due_within_days: the working list is of what falls due within a week, as people plan it.
-- least_receivables, least_customers, least_share: a group with fewer receivables or customers, or less of a currency's
--   open money, is no finding: with 10 receivables a share has a standard error of 16 points.
-- least_odds_ratio, least_excess: a group is over-represented when its money is half again as likely late, in odds, as
--   all of the currency (a ratio of shares cannot tell where most money is late), and its share of the late money is
--   above its share of the open money by a hundredth at least.
-- one_customer_share: where one customer has half of a group's late money, the finding is the customer, not the group.
-- values_listed: values of a dimension with a row of their own, largest open amounts first; the rest is '(other)'.
-- rows_listed: customers or receivables listed per finding and currency: some days of work, and small at any size.
-- least_settled: settled receivables from which a customer is said to have a habit (as the trend of the score).
-- first_overdue_days: an invoice overdue over a weekend is no change of behaviour.
-- least_silent_days, silent_intervals: who settles nothing for two months, and three times longer than usual, while
--   something is overdue, has stopped paying.
-- least_overdue_share: of what the customer owes; leftover cents are no change of behaviour (as in mart.customers).
-- least_score_change: of the risk score in 90 days: half a grade (fifths of 1000), so that few settlements alone do not
--   make it.
-- full_history_months: a whole year, so that every season was seen once.
-- Conventions of this file where no other source is named.
-- Materialized: view
SELECT
    7 AS due_within_days,
    10 AS least_receivables,
    3 AS least_customers,
    0.01 AS least_share,
    1.5 AS least_odds_ratio,
    0.01 AS least_excess,
    0.5 AS one_customer_share,
    12 AS values_listed,
    50 AS rows_listed,
    5 AS least_settled,
    4 AS first_overdue_days,
    60 AS least_silent_days,
    3 AS silent_intervals,
    0.05 AS least_overdue_share,
    100 AS least_score_change,
    12 AS full_history_months
