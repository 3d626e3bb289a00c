-- How the money of the receivables gets from the files to the decisions, per currency.
-- Grain: one row per currency (currency). Amounts in currency, those of credit notes negative; counts are rows.
-- file_… = landed_… + quarantined_… + duplicate_… in amounts (rows per file have no currency: decisions.file_flow).
-- landed_… = not_issued_… (dated after as_of) + credit_… (negative) + settled_… (nothing is open) + open ones.
-- part_paid_amount: what is paid of the open ones, so that their amounts are part_paid_amount + open_amount.
-- open_… comes from the settlements, remind_…, wait_… and silent_… from the decisions, which know nothing of those.
-- Materialized: table
WITH files AS (
    SELECT
        a.currency,
        sum(a.amount_in) AS file_amount,
        sum(a.amount_landed) AS file_landed_amount,
        sum(a.amount_quarantined) AS quarantined_amount,
        sum(a.amount_duplicates) AS duplicate_amount
    FROM landing.file_amounts AS a
    WHERE a.contract = 'receivables'
    GROUP BY a.currency
),

landed AS (
    SELECT
        currency,
        count(*) AS landed_rows,
        sum(amount) AS landed_amount
    FROM staging.receivables
    GROUP BY currency
),

issued AS (
    SELECT
        currency,
        count(*) AS issued_rows,
        sum(amount) AS issued_amount,
        count(*) FILTER (WHERE amount < 0) AS credit_rows,
        sum(amount) FILTER (WHERE amount < 0) AS credit_amount,
        count(*) FILTER (WHERE amount >= 0 AND open_amount <= 0) AS settled_rows,
        sum(amount) FILTER (WHERE amount >= 0 AND open_amount <= 0) AS settled_amount,
        count(*) FILTER (WHERE amount >= 0 AND open_amount > 0) AS open_rows,
        sum(amount) FILTER (WHERE amount >= 0 AND open_amount > 0) AS open_total_amount,
        sum(open_amount) FILTER (WHERE amount >= 0 AND open_amount > 0) AS open_amount
    FROM staging.settlements
    GROUP BY currency
),

decided AS (
    SELECT
        currency,
        count(*) FILTER (WHERE decision = 'remind') AS remind_rows,
        sum(open_amount) FILTER (WHERE decision = 'remind') AS remind_amount,
        count(*) FILTER (WHERE decision = 'wait') AS wait_rows,
        sum(open_amount) FILTER (WHERE decision = 'wait') AS wait_amount,
        count(*) FILTER (WHERE decision = 'silent') AS silent_rows,
        sum(open_amount) FILTER (WHERE decision = 'silent') AS silent_amount
    FROM decide.decisions
    GROUP BY currency
)

SELECT
    currency,
    coalesce(f.file_amount, 0)::DECIMAL(18, 2) AS file_amount,
    coalesce(f.quarantined_amount, 0)::DECIMAL(18, 2) AS quarantined_amount,
    coalesce(f.duplicate_amount, 0)::DECIMAL(18, 2) AS duplicate_amount,
    coalesce(f.file_landed_amount, 0)::DECIMAL(18, 2) AS file_landed_amount,
    coalesce(l.landed_rows, 0)::BIGINT AS landed_rows,
    coalesce(l.landed_amount, 0)::DECIMAL(18, 2) AS landed_amount,
    (coalesce(l.landed_rows, 0) - coalesce(i.issued_rows, 0))::BIGINT AS not_issued_rows,
    (coalesce(l.landed_amount, 0) - coalesce(i.issued_amount, 0))::DECIMAL(18, 2) AS not_issued_amount,
    coalesce(i.credit_rows, 0)::BIGINT AS credit_rows,
    coalesce(i.credit_amount, 0)::DECIMAL(18, 2) AS credit_amount,
    coalesce(i.settled_rows, 0)::BIGINT AS settled_rows,
    coalesce(i.settled_amount, 0)::DECIMAL(18, 2) AS settled_amount,
    coalesce(i.open_rows, 0)::BIGINT AS open_rows,
    (coalesce(i.open_total_amount, 0) - coalesce(i.open_amount, 0))::DECIMAL(18, 2) AS part_paid_amount,
    coalesce(i.open_amount, 0)::DECIMAL(18, 2) AS open_amount,
    coalesce(d.remind_rows, 0)::BIGINT AS remind_rows,
    coalesce(d.remind_amount, 0)::DECIMAL(18, 2) AS remind_amount,
    coalesce(d.wait_rows, 0)::BIGINT AS wait_rows,
    coalesce(d.wait_amount, 0)::DECIMAL(18, 2) AS wait_amount,
    coalesce(d.silent_rows, 0)::BIGINT AS silent_rows,
    coalesce(d.silent_amount, 0)::DECIMAL(18, 2) AS silent_amount
FROM files AS f
FULL JOIN landed AS l USING (currency)
FULL JOIN issued AS i USING (currency)
FULL JOIN decided AS d USING (currency)
ORDER BY currency
