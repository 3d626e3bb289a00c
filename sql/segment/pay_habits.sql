-- The days on which customers who pay in runs make them: a day of the week, or one or two days of the month.
-- Grain: one row per customer and such a day (company_id, customer_id, weekday, month_day); either weekday (1 Monday
-- … 7) or month_day (1-31) is NULL. Of customers with something open, and only where the strategy looks at pay runs.
-- Looked at are the days of the last 365, before as_of, on which something of the customer's was settled: later money
-- on an item counts once. Of six days or more, four fifths or more must be the same weekday: five of six by chance, on
-- any of five weekdays, happen to 0.8 % (binomial, 5 x 0.0016). Else as many must belong to one day of the month (0.02
-- % by chance), else, of eight days or more, to two of them (0.1 %). A Monday belongs to the Saturday and Sunday before
-- it, too: a run that falls on a weekend is made on the Monday. Six, eight and four fifths are our choice.
-- Materialized: table
WITH pay_days AS (
    SELECT DISTINCT
        s.company_id,
        s.customer_id,
        s.settled_on
    FROM staging.settlements AS s
    CROSS JOIN run.parameters AS run
    INNER JOIN policy.parameters AS settings ON settings.pay_run_days IS NOT NULL
    SEMI JOIN staging.open_receivables AS r ON s.company_id = r.company_id AND s.customer_id = r.customer_id
    WHERE s.settled_on < run.as_of AND s.settled_on >= run.as_of - 365
),

counted AS (
    SELECT
        company_id,
        customer_id,
        mode(isodow(settled_on)) AS weekday,
        count(*) AS days
    FROM pay_days
    GROUP BY company_id, customer_id
    HAVING count(*) >= 6
),

weighed AS (
    SELECT
        c.company_id,
        c.customer_id,
        c.weekday,
        c.days,
        count(*) FILTER (WHERE isodow(d.settled_on) = c.weekday) >= 0.8 * c.days AS is_weekly
    FROM counted AS c
    INNER JOIN pay_days AS d ON c.company_id = d.company_id AND c.customer_id = d.customer_id
    GROUP BY c.company_id, c.customer_id, c.weekday, c.days
),

belonging AS (
    SELECT
        d.company_id,
        d.customer_id,
        d.settled_on,
        w.days,
        unnest(
            CASE
                WHEN isodow(d.settled_on) = 1
                    THEN [day(d.settled_on), day(d.settled_on - 1), day(d.settled_on - 2)]
                ELSE [day(d.settled_on)]
            END
        )::INTEGER AS month_day
    FROM pay_days AS d
    INNER JOIN weighed AS w
        ON d.company_id = w.company_id AND d.customer_id = w.customer_id AND NOT w.is_weekly
),

-- The day that most belong to, the earliest of several.
first_days AS (
    SELECT
        company_id,
        customer_id,
        month_day,
        any_value(days) AS days,
        count(*) AS hits
    FROM belonging
    GROUP BY company_id, customer_id, month_day
    QUALIFY row_number() OVER (PARTITION BY company_id, customer_id ORDER BY hits DESC, month_day ASC) = 1
),

others AS (
    SELECT
        b.company_id,
        b.customer_id,
        b.month_day
    FROM belonging AS b
    INNER JOIN first_days AS f ON b.company_id = f.company_id AND b.customer_id = f.customer_id
    ANTI JOIN belonging AS taken
        ON
            b.company_id = taken.company_id
            AND b.customer_id = taken.customer_id
            AND b.settled_on = taken.settled_on
            AND f.month_day = taken.month_day
),

second_days AS (
    SELECT
        company_id,
        customer_id,
        month_day,
        count(*) AS hits
    FROM others
    GROUP BY company_id, customer_id, month_day
    QUALIFY row_number() OVER (PARTITION BY company_id, customer_id ORDER BY hits DESC, month_day ASC) = 1
),

monthly AS (
    SELECT
        f.company_id,
        f.customer_id,
        unnest(
            CASE
                WHEN f.hits >= 0.8 * f.days THEN [f.month_day]
                WHEN f.days >= 8 AND f.hits + s.hits >= 0.8 * f.days THEN [f.month_day, s.month_day]
            END
        ) AS month_day
    FROM first_days AS f
    LEFT JOIN second_days AS s ON f.company_id = s.company_id AND f.customer_id = s.customer_id
)

SELECT
    company_id,
    customer_id,
    weekday::INTEGER AS weekday,
    NULL::INTEGER AS month_day
FROM weighed
WHERE is_weekly
UNION ALL
SELECT
    company_id,
    customer_id,
    NULL AS weekday,
    month_day
FROM monthly
