-- What the texts of unnamed payments may name: their words, and up to four neighbouring words as one, because banks and
-- people break numbers at spaces.
-- Grain: company, payment, word, place. A word is compared whole, so a number inside a longer one names nothing. `word`
-- is in capitals, without punctuation and without zeros in front; it has a digit and at least four characters: names of
-- people stay out. first_place and last_place: which words of the text; size: how many (0: a part of a word with
-- strokes, such as F1/F2). is_short: a number of four or five digits, as years and amounts are.
-- Creditor references (ISO 11649: RF, two check digits, the creditor's own reference) also count without what comes
-- before the creditor's part.
-- Fees of the bank name nothing: they pay for no document.
-- Materialized: table
WITH texts AS (
    SELECT
        unnamed.company_id,
        unnamed.payment_id,
        regexp_extract_all(upper(payments.bank_reference), '[\pL\pN/._#-]+') AS words
    FROM staging.unnamed_payments AS unnamed
    INNER JOIN landing.payments AS payments
        ON unnamed.company_id = payments.company_id AND unnamed.payment_id = payments.payment_id
    WHERE payments.bank_reference IS NOT NULL AND unnamed.kind IS DISTINCT FROM 'fee'
),

places AS (
    SELECT
        company_id,
        payment_id,
        words,
        unnest(range(1, len(words) + 1)) AS place
    FROM texts
),

grams AS (
    SELECT
        company_id,
        payment_id,
        place AS first_place,
        unnest(range(1, 5)) AS size,
        words
    FROM places
),

spelt AS (
    SELECT
        company_id,
        payment_id,
        first_place,
        first_place + size - 1 AS last_place,
        size,
        array_to_string(list_slice(words, first_place, first_place + size - 1), '') AS text
    FROM grams
    WHERE first_place + size - 1 <= len(words)
    UNION ALL
    SELECT
        company_id,
        payment_id,
        place AS first_place,
        place AS last_place,
        0 AS size,
        unnest(regexp_extract_all(list_extract(words, place), '[^/]+')) AS text
    FROM places
    WHERE contains(list_extract(words, place), '/')
),

bare AS (
    SELECT
        company_id,
        payment_id,
        first_place,
        last_place,
        size,
        regexp_replace(text, '[^0-9A-Z]', '', 'g') AS word
    FROM spelt
    -- A part of a word must look like a number of its own: 001234 in 2026/001234 is none.
    WHERE size > 0 OR regexp_matches(text, '[A-Z].*[0-9].{2}')
),

known AS (
    SELECT
        company_id,
        payment_id,
        first_place,
        last_place,
        size,
        unnest(list_distinct([word, regexp_extract(word, '^RF[0-9]{2}(.+)$', 1)])) AS word
    FROM bare
)

SELECT DISTINCT
    company_id,
    payment_id,
    ltrim(word, '0') AS word,
    first_place,
    last_place,
    size,
    regexp_full_match(ltrim(word, '0'), '[0-9]{4,5}') AS is_short
FROM known
WHERE length(ltrim(word, '0')) BETWEEN 4 AND 40 AND regexp_matches(word, '[0-9]')
