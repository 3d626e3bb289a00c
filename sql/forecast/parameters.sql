-- The constants of the cash forecast, each with its reason.
-- Grain: one row.
-- full_weeks: whole weeks that are forecast after the current one; 13 is the quarter that treasurers plan by.
-- payer_correlation, drift: how much less certain a sum is than independent receivables would make it: those of one
--   customer are paid together (pay runs, one budget), and all customers are faster or slower at times (share 0-1 of
--   the sum). Both by hand on the ledgers of docs/cash-forecast.md.
-- past_weeks: errors are learnt from so many past Mondays, three quarters of a year.
-- formula_weight: past Mondays that the two constants above weigh against the errors observed: chosen on
--   the earlier halves of the back-tests of docs/cash-forecast.md, and judged on the later ones.
-- Materialized: view
SELECT
    13 AS full_weeks,
    0.2 AS payer_correlation,
    0.25 AS drift,
    39 AS past_weeks,
    3 AS formula_weight
