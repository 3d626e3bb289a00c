-- What is marked about a customer, by people or in the customers export, and changes who may be contacted, and how.
-- Grain: one row per customer (company_id, customer_id) with at least one mark in force. customer_number:
-- the row of segment.customers.
-- A mark is in force from from_on to until_on, both included; the export's financial_situation while it says so.
-- Kinds: tasks/ledger/flags.py; what each does: docs/strategy.md, Flags.
-- Materialized: table
WITH marks AS (
    SELECT
        f.company_id,
        f.customer_id,
        f.kind
    FROM ledger.customer_flags AS f
    CROSS JOIN run.parameters AS run
    WHERE f.from_on <= run.as_of AND coalesce(f.until_on >= run.as_of, TRUE)
    UNION ALL
    SELECT
        company_id,
        customer_id,
        financial_situation AS kind
    FROM staging.customers
    WHERE financial_situation IN ('vulnerable', 'represented_by_lawyer', 'insolvent', 'deceased', 'closed')
)

SELECT
    m.company_id,
    m.customer_id,
    any_value(c.rowid) AS customer_number,
    bool_or(m.kind = 'vulnerable') AS is_vulnerable,
    bool_or(m.kind = 'represented_by_lawyer') AS has_lawyer,
    bool_or(m.kind = 'insolvent') AS is_insolvent,
    bool_or(m.kind = 'deceased') AS is_deceased,
    bool_or(m.kind = 'closed') AS is_closed
FROM marks AS m
LEFT JOIN segment.customers AS c ON m.company_id = c.company_id AND m.customer_id = c.customer_id
GROUP BY m.company_id, m.customer_id
