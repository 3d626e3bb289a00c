-- When each open receivable will be paid, as a distribution: by the fitted model where one is promoted, else by habit.
-- Grain: company, receivable of staging.open_receivables. delay_10 … delay_90: days from the due date to the payment that
-- 10 … 90 % of such receivables do not exceed; rising, never below days_overdue. default_probability: of being paid more
-- than 90 days after it, or never. method: 'fitted', 'history' or 'prior' (score.habit_delays).
-- Materialized: view
SELECT
    habits.company_id,
    habits.receivable_id,
    coalesce(fitted.delay_10, habits.delay_10) AS delay_10,
    coalesce(fitted.delay_25, habits.delay_25) AS delay_25,
    coalesce(fitted.delay_50, habits.delay_50) AS delay_50,
    coalesce(fitted.delay_75, habits.delay_75) AS delay_75,
    coalesce(fitted.delay_90, habits.delay_90) AS delay_90,
    coalesce(fitted.default_probability, habits.default_probability) AS default_probability,
    if(fitted.model IS NULL, habits.method, 'fitted') AS method
FROM score.habit_delays AS habits
LEFT JOIN scoring.fitted_scores AS fitted
    ON habits.company_id = fitted.company_id AND habits.receivable_id = fitted.receivable_id
