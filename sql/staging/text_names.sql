-- What the text of an unnamed payment names, where it names anything that we issued.
-- Grain: company, payment.
-- A customer whom the export names pays only what is the customer's own; the same number at another customer means
-- nothing then. Where nobody knows who paid, or only the account says so, the text decides, if all that it names is one
-- customer's: a group pays for its sisters from one account. Short numbers (years, amounts) count only for the
-- payer's own documents.
-- debtor_id: whose debt is named; NULL where the text names only what the payment cannot pay (another customer's,
-- several customers', in another currency, of the other sign): then nothing is guessed either.
-- receivable_id and document_number: what is named, where it is one of them; both NULL where it is several documents.
-- Materialized: table
WITH judged AS (
    SELECT
        matches.company_id,
        matches.payment_id,
        matches.receivable_id,
        matches.debtor_id,
        matches.document_number,
        matches.fits,
        coalesce(matches.is_own, FALSE) AS is_own,
        matches.is_short,
        payments.payer_known_by,
        bool_or(matches.fits AND matches.is_own) OVER of_payment AS has_own
    FROM staging.text_matches AS matches
    INNER JOIN staging.unnamed_payments AS payments
        ON matches.company_id = payments.company_id AND matches.payment_id = payments.payment_id
    WHERE coalesce(matches.is_own, FALSE) OR NOT matches.is_short
    WINDOW of_payment AS (PARTITION BY matches.company_id, matches.payment_id)
),

allowed AS (
    SELECT
        company_id,
        payment_id,
        receivable_id,
        debtor_id,
        document_number,
        coalesce(fits AND if(coalesce(has_own, FALSE), is_own, payer_known_by IS DISTINCT FROM 'export'), FALSE)
            AS is_allowed
    FROM judged
),

sums AS (
    SELECT
        company_id,
        payment_id,
        count(DISTINCT debtor_id) FILTER (WHERE is_allowed) AS debtors,
        count(DISTINCT document_number) FILTER (WHERE is_allowed) AS documents,
        count(*) FILTER (WHERE is_allowed) AS receivables,
        min(debtor_id) FILTER (WHERE is_allowed) AS debtor_id,
        min(document_number) FILTER (WHERE is_allowed) AS document_number,
        min(receivable_id) FILTER (WHERE is_allowed) AS receivable_id
    FROM allowed
    GROUP BY company_id, payment_id
)

SELECT
    company_id,
    payment_id,
    if(debtors = 1, debtor_id, NULL) AS debtor_id,
    if(debtors = 1 AND receivables = 1, receivable_id, NULL) AS receivable_id,
    if(debtors = 1 AND documents = 1, document_number, NULL) AS document_number
FROM sums
