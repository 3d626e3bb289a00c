-- The direct debits that we ordered and that came to nothing: the bank refused them or sent them back.
-- Grain: company, direct_debit_id of an order. refused_on: the first day on which it was said.
-- An answer names the order by its end-to-end reference, or all orders of a batch or of a message. Answers and orders
-- that name different messages or batches do not belong together; one that names none belongs to all. What was said
-- before the order is about an older order with the same reference.
-- A replay knows only what was said by its day, as staging.known_payments does.
-- Materialized: table
WITH said AS (
    SELECT
        debits.company_id,
        debits.direct_debit_id,
        debits.status,
        debits.stated_on,
        debits.end_to_end_id,
        debits.batch_id,
        debits.message_id,
        debits.reason_code
    FROM landing.direct_debits AS debits
    INNER JOIN run.parameters AS run ON debits.stated_on <= if(run.as_of < run.known_on, run.as_of, DATE 'infinity')
),

answered AS (
    SELECT
        orders.company_id,
        orders.direct_debit_id,
        answers.stated_on,
        answers.reason_code
    FROM said AS orders
    INNER JOIN said AS answers
        ON
            orders.company_id = answers.company_id
            AND orders.end_to_end_id = answers.end_to_end_id
            AND coalesce(orders.batch_id = answers.batch_id, TRUE)
            AND coalesce(orders.message_id = answers.message_id, TRUE)
            AND orders.stated_on <= answers.stated_on
    WHERE orders.status = 'ordered' AND answers.status <> 'ordered'
    UNION ALL
    SELECT
        orders.company_id,
        orders.direct_debit_id,
        answers.stated_on,
        answers.reason_code
    FROM said AS orders
    INNER JOIN said AS answers
        ON
            orders.company_id = answers.company_id
            AND orders.batch_id = answers.batch_id
            AND coalesce(orders.message_id = answers.message_id, TRUE)
            AND orders.stated_on <= answers.stated_on
    WHERE orders.status = 'ordered' AND answers.status <> 'ordered' AND answers.end_to_end_id IS NULL
    UNION ALL
    SELECT
        orders.company_id,
        orders.direct_debit_id,
        answers.stated_on,
        answers.reason_code
    FROM said AS orders
    INNER JOIN said AS answers
        ON
            orders.company_id = answers.company_id
            AND orders.message_id = answers.message_id
            AND orders.stated_on <= answers.stated_on
    WHERE
        orders.status = 'ordered'
        AND answers.status <> 'ordered'
        AND answers.end_to_end_id IS NULL
        AND answers.batch_id IS NULL
)

SELECT
    company_id,
    direct_debit_id,
    min(stated_on) AS refused_on,
    arg_min(reason_code, stated_on) AS reason_code
FROM answered
GROUP BY company_id, direct_debit_id
