-- What each customer brought and cost in the last 365 days (004-P10): sales, what lateness cost, what contact cost.
-- Grain: one row per customer and currency with sales, lateness or contacts (company_id, customer_id, currency); none
-- without credit_policy.cost_to_serve.
-- Amounts in `currency`, positive. lateness_cost = amount x days past due within the 365 days x yearly rate / 365
-- (simple interest on actual days). contacts: messages, calls and visits that went out before as_of, by their
-- currency.
-- margin_amount: NULL where the policy knows no margin for the customer's class.
-- Materialized: table
WITH late AS (
    SELECT
        x.customer_number,
        x.currency,
        sum(x.amount) FILTER (WHERE x.invoice_date > run.as_of - 365) AS sales_amount,
        sum(
            x.amount::DECIMAL(38, 2)
            * greatest(
                least(coalesce(x.closed_on, run.as_of), run.as_of) - greatest(x.due_date, run.as_of - 365), 0
            )
        ) AS late_money_days
    FROM loss.exposures AS x
    CROSS JOIN run.parameters AS run
    CROSS JOIN policy.serving_costs
    WHERE coalesce(x.closed_on, run.as_of) > run.as_of - 365
    GROUP BY x.customer_number, x.currency
),

contacted AS (
    SELECT
        r.company_id,
        r.customer_id,
        r.currency,
        count(*) AS contacts,
        coalesce(sum(c.cost), 0) AS contact_cost
    FROM ledger.reminders AS r
    CROSS JOIN policy.serving_costs
    INNER JOIN run.parameters AS run ON r.as_of < run.as_of AND r.as_of > run.as_of - 365
    LEFT JOIN policy.contact_costs AS c ON r.currency = c.currency AND r.channel = c.channel
    WHERE r.status IN ('accepted', 'delivered', 'bounced', 'dropped', 'unknown')
    GROUP BY r.company_id, r.customer_id, r.currency
),

named AS (
    SELECT
        n.company_id,
        n.customer_id,
        l.currency,
        l.sales_amount,
        l.late_money_days
    FROM late AS l
    INNER JOIN loss.customers AS n ON l.customer_number = n.customer_number
),

joined AS (
    SELECT
        coalesce(l.company_id, t.company_id) AS company_id,
        coalesce(l.customer_id, t.customer_id) AS customer_id,
        coalesce(l.currency, t.currency) AS currency,
        coalesce(l.sales_amount, 0) AS sales_amount,
        greatest(coalesce(l.late_money_days, 0), 0) AS late_money_days,
        coalesce(t.contacts, 0) AS contacts,
        coalesce(t.contact_cost, 0) AS contact_cost
    FROM named AS l
    FULL OUTER JOIN contacted AS t
        ON l.company_id = t.company_id AND l.customer_id = t.customer_id AND l.currency = t.currency
)

SELECT
    j.company_id,
    j.customer_id,
    j.currency,
    j.sales_amount::DECIMAL(18, 2) AS sales_amount,
    round(j.sales_amount * coalesce(m.margin_percent, s.margin_percent) / 100, 2)::DECIMAL(18, 2) AS margin_amount,
    round(j.late_money_days * s.financing_rate / 100 / 365, 2)::DECIMAL(18, 2) AS lateness_cost,
    j.contacts,
    j.contact_cost::DECIMAL(18, 2) AS contact_cost,
    s.cost_share_percent
FROM joined AS j
CROSS JOIN policy.serving_costs AS s
INNER JOIN credit.customers AS c ON j.company_id = c.company_id AND j.customer_id = c.customer_id
LEFT JOIN policy.class_margins AS m ON c.customer_class = m.customer_class
