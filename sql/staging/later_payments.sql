-- The landed payments of days after as_of, which only a replay (as_of before run.known_on) has to know.
-- Grain: payment; none in a live run. A table of its own, so that DuckDB knows that before it joins them.
-- Materialized: table
SELECT
    payments.company_id,
    payments.customer_id,
    payments.receivable_id,
    payments.document_number,
    payments.currency
FROM landing.payments AS payments
INNER JOIN run.parameters AS run ON payments.paid_on > run.as_of
WHERE run.as_of < run.known_on
