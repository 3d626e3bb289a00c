-- Document numbers of messages that documents of several customers have: a file that is named by such a number alone
-- could be anybody's of them. Settled and later documents count, too, for their files lie in the same folder.
-- Grain: company, document_number as messages and files have it: blanks and signs that nobody sees are one blank.
-- Empty, without reading any document, where no step attaches invoices.
-- Kept, because batches read it where the landed files cannot be read; and once, because each scan takes a second.
-- Materialized: table
WITH attaching AS (
    SELECT DISTINCT list_contains(step_messages.attachments, 'invoices') AS is_asked
    FROM policy.step_messages AS step_messages
    WHERE list_contains(step_messages.attachments, 'invoices')
),

asked AS (
    SELECT DISTINCT
        items.company_id,
        items.receivable_id
    FROM outgoing.items AS items
    CROSS JOIN attaching
),

numbers AS NOT MATERIALIZED (
    SELECT
        receivables.company_id,
        receivables.customer_id,
        receivables.receivable_id,
        -- As tasks.remind.outbound.clean_line writes it. Nearly all numbers are plain and stay as they are.
        if(
            regexp_matches(receivables.document_number, '[^!-~]'),
            trim(regexp_replace(receivables.document_number, '[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+', ' ', 'g')),
            receivables.document_number
        ) AS document_number
    FROM landing.receivables AS receivables
),

wanted AS (
    SELECT DISTINCT
        numbers.company_id,
        numbers.document_number
    FROM numbers
    SEMI JOIN asked ON numbers.company_id = asked.company_id AND numbers.receivable_id = asked.receivable_id
)

SELECT
    numbers.company_id,
    numbers.document_number
FROM numbers
SEMI JOIN wanted ON numbers.company_id = wanted.company_id AND numbers.document_number = wanted.document_number
GROUP BY numbers.company_id, numbers.document_number
HAVING min(numbers.customer_id) <> max(numbers.customer_id)
