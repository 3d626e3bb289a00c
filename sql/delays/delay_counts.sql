-- How many receivables began to be watched, and ceased to be, at each number of days after the due date: what delays
-- are estimated from.
-- Grain: company, habit (delays.delay_habits), due_weekday (1 Monday … 7 Sunday), days (calendar days from the due
-- date, limited to -60 … 360). begun: receivables watched from then on, since their invoice, the first settlement
-- that the ledger shows or a year ago, whichever is last; received: settled then; ceased: settled, or unpaid on the
-- evening before as_of, which ends what is known of them. One that was settled before its invoice was never waited
-- for, one that is closed without a known date says nothing. Of a large ledger every n-th customer is looked at (by a
-- hash of the id, so that later customers do not change which); of up to delay_sample_count settlements, every one.
-- Leak-free: receivables issued, and settlements made, before as_of; what came on the day itself counts as unpaid.
-- Materialized: table
WITH
-- Materialized, so that the receivables, which are many, are joined once.
payers AS MATERIALIZED (
    SELECT
        habits.company_id,
        habits.customer_id,
        habits.habit,
        -- A company that was never paid is watched from its first invoice on.
        if(
            company.first_settled_on IS NULL,
            NULL,
            greatest(company.first_settled_on, run.as_of - card.delay_window_days)
        ) AS watched_from,
        run.as_of
    FROM delays.delay_habits AS habits
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.scorecard_parameters AS card
    INNER JOIN score.company_history AS company ON habits.company_id = company.company_id
    WHERE md5_number_lower(habits.customer_id) % (1 + company.settled_count // card.delay_sample_count) = 0
),

lives AS (
    SELECT
        payers.company_id,
        payers.habit,
        isodow(settlements.due_date) AS due_weekday,
        greatest(greatest(settlements.invoice_date, payers.watched_from) - settlements.due_date, -60) AS first_day,
        greatest(coalesce(settlements.settled_on_before, payers.as_of) - settlements.due_date, -60) AS last_day,
        settlements.settled_on_before IS NOT NULL AS is_received,
        count(*) AS receivables
    FROM staging.settlements AS settlements
    INNER JOIN payers
        ON settlements.company_id = payers.company_id AND settlements.customer_id = payers.customer_id
    WHERE
        settlements.amount > 0
        AND settlements.invoice_date < payers.as_of
        AND (
            settlements.settled_on_before IS NOT NULL
            OR settlements.settled_on IS NOT NULL
            OR settlements.open_amount > 0
        )
        AND coalesce(settlements.settled_on_before >= payers.watched_from, TRUE)
        AND coalesce(settlements.settled_on_before >= settlements.invoice_date, TRUE)
    GROUP BY ALL
),

dated AS (
    SELECT
        company_id,
        habit,
        due_weekday,
        first_day AS days,
        receivables AS begun,
        0 AS received,
        0 AS ceased
    FROM lives
    WHERE first_day <= 360
    UNION ALL
    SELECT
        company_id,
        habit,
        due_weekday,
        last_day AS days,
        0 AS begun,
        if(is_received, receivables, 0) AS received,
        receivables AS ceased
    FROM lives
    WHERE first_day <= 360 AND last_day <= 360
)

SELECT
    company_id,
    habit,
    due_weekday::INTEGER AS due_weekday,
    days::INTEGER AS days,
    sum(begun)::BIGINT AS begun,
    sum(received)::BIGINT AS received,
    sum(ceased)::BIGINT AS ceased
FROM dated
GROUP BY company_id, habit, due_weekday, days
