-- Which open debts a guessable payment names: several documents in its text, or one whose number its export spells
-- otherwise (other punctuation, capitals or zeros in front).
-- Grain: company, payment, receivable. group_key: the payments that name the same debts share them. A debt that several
-- groups name is the group's whose payment came first (then by payment_id), so that the order of rows does not matter.
-- Materialized: table
WITH unknown AS (
    SELECT
        company_id,
        payment_id,
        customer_id,
        currency,
        ltrim(regexp_replace(upper(name_given), '[^0-9A-Z]', '', 'g'), '0') AS word
    FROM staging.guessable_payments
    WHERE names = 'unknown' AND customer_id IS NOT NULL
),

own AS (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        receivables.currency,
        ltrim(regexp_replace(upper(receivables.document_number), '[^0-9A-Z]', '', 'g'), '0') AS document_word,
        ltrim(regexp_replace(upper(receivables.receivable_id), '[^0-9A-Z]', '', 'g'), '0') AS receivable_word
    FROM landing.receivables AS receivables
    SEMI JOIN unknown ON receivables.company_id = unknown.company_id AND receivables.customer_id = unknown.customer_id
),

named AS (
    SELECT
        matches.company_id,
        matches.payment_id,
        matches.receivable_id
    FROM staging.text_matches AS matches
    INNER JOIN staging.guessable_payments AS payments
        ON
            matches.company_id = payments.company_id
            AND matches.payment_id = payments.payment_id
            AND matches.debtor_id = payments.customer_id
    WHERE matches.fits AND payments.names = 'several'
    UNION
    SELECT
        unknown.company_id,
        unknown.payment_id,
        own.receivable_id
    FROM unknown
    INNER JOIN own
        ON
            unknown.company_id = own.company_id
            AND unknown.customer_id = own.customer_id
            AND unknown.currency = own.currency
            AND unknown.word = own.document_word
    UNION
    SELECT
        unknown.company_id,
        unknown.payment_id,
        own.receivable_id
    FROM unknown
    INNER JOIN own
        ON
            unknown.company_id = own.company_id
            AND unknown.customer_id = own.customer_id
            AND unknown.currency = own.currency
            AND unknown.word = own.receivable_word
),

keyed AS (
    SELECT
        named.company_id,
        named.payment_id,
        named.receivable_id,
        payments.paid_on,
        payments.amount,
        string_agg(named.receivable_id, chr(10) ORDER BY named.receivable_id) OVER (
            PARTITION BY named.company_id, named.payment_id
        ) AS group_key
    FROM named
    INNER JOIN staging.guessable_payments AS payments
        ON named.company_id = payments.company_id AND named.payment_id = payments.payment_id
)

SELECT
    keyed.company_id,
    keyed.payment_id,
    targets.customer_id,
    targets.receivable_id,
    targets.currency,
    targets.open_amount,
    targets.due_date,
    keyed.paid_on,
    keyed.amount,
    keyed.group_key
FROM keyed
INNER JOIN staging.guess_targets AS targets
    ON keyed.company_id = targets.company_id AND keyed.receivable_id = targets.receivable_id
QUALIFY
    first_value(keyed.group_key) OVER (
        PARTITION BY keyed.company_id, keyed.receivable_id ORDER BY keyed.paid_on, keyed.payment_id
    ) = keyed.group_key
