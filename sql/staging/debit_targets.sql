-- Which receivables each direct debit that we ordered collects: those of the documents that it names, in its document
-- number, in its end-to-end reference or in the text that the debtor reads.
-- Grain: company, direct_debit_id, receivable. amount in `currency`, positive: what was ordered, for all of them.
-- Of a text only words with a digit and at least four characters count as documents. Where one of the receivables is as
-- large as the order (an instalment among several), only such are collected.
-- Materialized: table
WITH known AS (
    SELECT
        debits.company_id,
        debits.direct_debit_id,
        debits.stated_on,
        debits.collect_on,
        debits.currency,
        debits.amount,
        debits.end_to_end_id,
        debits.document_number,
        debits.remittance_text
    FROM landing.direct_debits AS debits
    INNER JOIN run.parameters AS run ON debits.stated_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
    WHERE debits.status = 'ordered'
),

orders AS (
    SELECT
        company_id,
        direct_debit_id,
        stated_on,
        collect_on,
        currency,
        amount,
        end_to_end_id,
        list_distinct(
            list_concat(
                list_filter([document_number, end_to_end_id], LAMBDA name: name IS NOT NULL),
                list_filter(
                    regexp_extract_all(coalesce(remittance_text, ''), '[\pL\pN](?:[\pL\pN/._-]*[\pL\pN])?'),
                    LAMBDA word: length(word) >= 4 AND regexp_matches(word, '[0-9]')
                )
            )
        ) AS names
    FROM known
),

named AS (
    SELECT
        company_id,
        direct_debit_id,
        stated_on,
        collect_on,
        currency,
        amount,
        end_to_end_id,
        unnest(names) AS document_number
    FROM orders
),

found AS (
    SELECT
        named.company_id,
        named.direct_debit_id,
        receivables.receivable_id,
        receivables.document_number,
        named.stated_on,
        named.collect_on,
        named.currency,
        named.amount,
        named.end_to_end_id,
        named.amount IN (receivables.amount, coalesce(receivables.open_amount, receivables.amount)) AS is_as_large
    FROM named
    INNER JOIN landing.receivables AS receivables
        ON
            named.company_id = receivables.company_id
            AND named.document_number = receivables.document_number
            AND named.currency = receivables.currency
    WHERE receivables.document_type <> 'credit_note' AND receivables.invoice_date <= named.collect_on
)

SELECT
    company_id,
    direct_debit_id,
    receivable_id,
    document_number,
    stated_on,
    collect_on,
    currency,
    amount,
    end_to_end_id
FROM found
QUALIFY is_as_large OR NOT bool_or(is_as_large) OVER (PARTITION BY company_id, direct_debit_id)
