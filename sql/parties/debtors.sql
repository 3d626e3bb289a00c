-- Customers with something open, and how large each is: whose data are worth asking for, and who first.
-- Grain: company, customer. open_amount: in `currency`, the currency in which the customer is nearest to the largest
-- debtor; amounts of different currencies are compared by their places only, never added. place: 1 is the largest open
-- amount of the company in that currency. open_receivables: in all currencies.
-- phone_country: the country in which the customer's numbers are dialled: its own, else the company's.
-- Materialized: table
WITH owed AS (
    SELECT
        company_id,
        customer_id,
        currency,
        count(*) AS open_receivables,
        sum(open_amount) AS open_amount
    FROM staging.open_receivables
    GROUP BY company_id, customer_id, currency
),

placed AS (
    SELECT
        company_id,
        customer_id,
        currency,
        open_amount,
        row_number() OVER (PARTITION BY company_id, currency ORDER BY open_amount DESC, customer_id ASC) AS place,
        sum(open_receivables) OVER (PARTITION BY company_id, customer_id) AS open_receivables
    FROM owed
),

largest AS (
    SELECT
        p.company_id,
        p.customer_id,
        p.currency,
        p.open_amount,
        p.place,
        p.open_receivables
    FROM placed AS p
    CROSS JOIN run.parameters AS run
    QUALIFY
        row_number() OVER (
            PARTITION BY p.company_id, p.customer_id
            ORDER BY p.place ASC, p.currency = run.company_currency DESC, p.currency ASC
        ) = 1
)

SELECT
    l.company_id,
    l.customer_id,
    l.currency,
    l.open_amount::DECIMAL(18, 2) AS open_amount,
    l.place,
    l.open_receivables::BIGINT AS open_receivables,
    coalesce(c.country, run.company_country) AS phone_country,
    coalesce(c.country, '') AS tax_country,
    c.tax_id,
    c.iban
FROM largest AS l
CROSS JOIN run.parameters AS run
LEFT JOIN staging.customers AS c ON l.company_id = c.company_id AND l.customer_id = c.customer_id
