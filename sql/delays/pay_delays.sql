-- When each open receivable will be paid, as a distribution: by the fitted model where one is promoted, else by habit.
-- Grain: company, receivable of staging.open_receivables. delay_10 … delay_90: days from the due date to the payment
-- that 10 … 90 % of such receivables do not exceed; rising, never below days_overdue. default_probability: of being
-- paid more than 90 days after it, or never. method: 'fitted', 'history' or 'prior' (delays.habit_delays).
-- early_pay_date, late_pay_date: the days of delay_10 and delay_90, never before as_of, moved from a weekend to Monday:
-- four in five come between them. Decisions do not wait for this relation: it is built for the report.
-- Materialized: view
WITH chosen AS (
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
    FROM delays.habit_delays AS habits
    LEFT JOIN scoring.fitted_scores AS fitted
        ON habits.company_id = fitted.company_id AND habits.receivable_id = fitted.receivable_id
),

dated AS (
    SELECT
        chosen.*,
        greatest(items.due_date + round(chosen.delay_10)::INTEGER, run.as_of) AS early_on,
        greatest(items.due_date + round(chosen.delay_90)::INTEGER, run.as_of) AS late_on
    FROM chosen
    CROSS JOIN run.parameters AS run
    INNER JOIN staging.open_items AS items
        ON chosen.company_id = items.company_id AND chosen.receivable_id = items.receivable_id
)

SELECT
    company_id,
    receivable_id,
    delay_10,
    delay_25,
    delay_50,
    delay_75,
    delay_90,
    default_probability,
    early_on + greatest(8 - isodow(early_on), 0)::INTEGER * (isodow(early_on) > 5)::INTEGER AS early_pay_date,
    late_on + greatest(8 - isodow(late_on), 0)::INTEGER * (isodow(late_on) > 5)::INTEGER AS late_pay_date,
    method
FROM dated
