-- Customers of whom a bank, a person or a part payment says that money may be short: warnings made from events.
-- Grain: company, customer, warning, and currency of near_or_above_credit_limit. Columns: see score.early_warnings.
-- payment_returned: a direct debit refused, or money taken back, within recent_days, or an open receivable whose letra,
-- pagaré or mandate the export calls returned. Nobody says when: since is its due date, at most the day before as_of.
-- promise_broken: promised for a day within promise_days, and something due by then was still open the evening before.
-- dispute_opened: within recent_days, and not resolved.
-- pays_in_parts: an open receivable was paid in part within recent_days, by a customer who paid none of least_settled
-- or more receivables in parts before.
-- near_or_above_credit_limit: open invoices in the limit's currency, credits not taken off, at near_limit_share of it
-- or above.
-- Leak-free: what was said, issued and paid before as_of. Constants: tasks/score/early_warnings.yaml.
-- Materialized: view
WITH returned AS (
    SELECT
        debits.company_id,
        debits.receivable_id,
        refusals.refused_on AS returned_on
    FROM staging.direct_debits AS debits
    INNER JOIN staging.debit_refusals AS refusals
        ON debits.company_id = refusals.company_id AND debits.direct_debit_id = refusals.direct_debit_id
    UNION ALL
    SELECT
        allocations.company_id,
        allocations.receivable_id,
        allocations.paid_on AS returned_on
    FROM staging.known_payments AS payments
    INNER JOIN staging.allocations AS allocations
        ON payments.company_id = allocations.company_id AND payments.payment_id = allocations.payment_id
    WHERE payments.kind = 'returned_debit'
),

returns AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        returned.returned_on
    FROM returned
    INNER JOIN staging.receivables AS receivables
        ON returned.company_id = receivables.company_id AND returned.receivable_id = receivables.receivable_id
    CROSS JOIN policy.early_warning_parameters AS limits
    INNER JOIN run.parameters AS run
        ON returned.returned_on < run.as_of AND returned.returned_on >= run.as_of - limits.recent_days
    UNION ALL
    SELECT
        items.company_id,
        items.customer_id,
        items.receivable_id,
        least(items.due_date, run.as_of - 1) AS returned_on
    FROM score.open_before AS items
    CROSS JOIN run.parameters AS run
    INNER JOIN landing.receivables AS receivables
        ON items.company_id = receivables.company_id AND items.receivable_id = receivables.receivable_id
    WHERE receivables.payment_document_status = 'returned'
),

broken AS (
    SELECT
        promises.company_id,
        promises.customer_id,
        promises.promise_id,
        promises.promised_for
    FROM ledger.promises AS promises
    CROSS JOIN policy.early_warning_parameters AS limits
    INNER JOIN run.parameters AS run
        ON promises.promised_for < run.as_of AND promises.promised_for >= run.as_of - limits.promise_days
    SEMI JOIN score.open_before AS items
        ON
            promises.company_id = items.company_id
            AND promises.customer_id = items.customer_id
            AND items.receivable_id = coalesce(promises.receivable_id, items.receivable_id)
            AND items.currency = coalesce(promises.currency, items.currency)
            AND promises.promised_for >= items.due_date
    WHERE promises.recorded_on < run.as_of
)

SELECT
    company_id,
    customer_id,
    'payment_returned' AS warning,
    min(returned_on) AS since,
    count(DISTINCT receivable_id)::DOUBLE AS strength,
    NULL::DOUBLE AS value_before,
    NULL::DOUBLE AS value_after,
    count(DISTINCT receivable_id) AS item_count,
    NULL::VARCHAR AS currency
FROM returns
GROUP BY company_id, customer_id
UNION ALL
SELECT
    company_id,
    customer_id,
    'promise_broken' AS warning,
    min(promised_for) + 1 AS since,
    count(*)::DOUBLE AS strength,
    NULL::DOUBLE AS value_before,
    NULL::DOUBLE AS value_after,
    count(*) AS item_count,
    NULL::VARCHAR AS currency
FROM broken
GROUP BY company_id, customer_id
UNION ALL
SELECT
    disputes.company_id,
    disputes.customer_id,
    'dispute_opened' AS warning,
    min(disputes.opened_on) AS since,
    count(*)::DOUBLE AS strength,
    NULL::DOUBLE AS value_before,
    NULL::DOUBLE AS value_after,
    count(*) AS item_count,
    NULL::VARCHAR AS currency
FROM ledger.disputes AS disputes
CROSS JOIN policy.early_warning_parameters AS limits
INNER JOIN run.parameters AS run
    ON disputes.opened_on < run.as_of AND disputes.opened_on >= run.as_of - limits.recent_days
WHERE coalesce(disputes.resolved_on >= run.as_of, TRUE)
GROUP BY disputes.company_id, disputes.customer_id
UNION ALL
SELECT
    company_id,
    customer_id,
    'pays_in_parts' AS warning,
    first_part_on AS since,
    receivables::DOUBLE AS strength,
    amount::DOUBLE AS value_before,
    open_amount::DOUBLE AS value_after,
    receivables AS item_count,
    currency
FROM score.first_parts
UNION ALL
SELECT
    items.company_id,
    items.customer_id,
    'near_or_above_credit_limit' AS warning,
    max(items.invoice_date) AS since,
    sum(items.open_amount)::DOUBLE / any_value(customers.credit_limit)::DOUBLE AS strength,
    any_value(customers.credit_limit)::DOUBLE AS value_before,
    sum(items.open_amount)::DOUBLE AS value_after,
    count(*) AS item_count,
    items.currency
FROM score.open_before AS items
INNER JOIN staging.customers AS customers
    ON
        items.company_id = customers.company_id
        AND items.customer_id = customers.customer_id
        AND items.currency = customers.credit_currency
CROSS JOIN policy.early_warning_parameters AS limits
WHERE customers.credit_limit > 0
GROUP BY items.company_id, items.customer_id, items.currency
HAVING sum(items.open_amount)::DOUBLE >= any_value(limits.near_limit_share) * any_value(customers.credit_limit)::DOUBLE
