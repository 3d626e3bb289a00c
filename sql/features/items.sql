-- Every invoice and debit note with what became of it, as far as a score made before as_of can know.
-- Grain: company, receivable, stands_after. A score of a day reads the one row of an item with
-- stands_after < scored_on <= stands_until. Nearly every item has one row, from '-infinity' to 'infinity': what was
-- paid once and for all tells by its day what was known before it. An item whose money came back has one for every
-- spell (features.spells): up to the morning after the return it was paid, and counts as such.
-- amount positive, in `currency`. Days are calendar days.
-- due_on: the due date, or the next working day where the company's rule says so (policy.working_days).
-- settled_on: only if before as_of. days_late: settled_on less due_on, negative when early.
-- outcome_on: settled_on of the last row, in all rows of the item. It is what became of it: an item that was paid and
-- returned is not paid until money comes that stays, and is late when that comes late. Until a return is known the
-- outcome is what the row of that morning says (tasks/score/fitted/history.py).
-- known_from: the first day on which a score may use the outcome (late or not): the day after an item was paid in time,
-- or the day after its due date passed unpaid, and never before the document was known. NULL where an item was closed
-- on an unknown day: it says nothing of punctuality, and is not open either.
-- terms_band, month_part: the terms in steps of five days, the day of the month in steps of four.
-- branch: the part of the company that issued the item (slot 0 of policy.score_attributes), '' where it has none.
-- attribute_n: the company's own reference in slot n of policy.score_attributes.
-- Materialized: table
WITH named AS (
    SELECT
        max(name) FILTER (WHERE slot = 0) AS branch,
        max(name) FILTER (WHERE slot = 1) AS attribute_1,
        max(name) FILTER (WHERE slot = 2) AS attribute_2,
        max(name) FILTER (WHERE slot = 3) AS attribute_3,
        max(name) FILTER (WHERE slot = 4) AS attribute_4,
        max(name) FILTER (WHERE slot = 5) AS attribute_5,
        max(name) FILTER (WHERE slot = 6) AS attribute_6
    FROM policy.score_attributes
),

dated AS (
    SELECT
        settlements.company_id,
        settlements.customer_id,
        settlements.receivable_id,
        settlements.currency,
        settlements.amount,
        settlements.invoice_date,
        settlements.due_date,
        coalesce(calendar.working_day, settlements.due_date) AS due_on,
        settlements.settled_on_before AS settled_on,
        settlements.settled_on_before IS NULL
        AND (settlements.settled_on IS NOT NULL OR settlements.open_amount > 0) AS is_open
    FROM staging.settlements AS settlements
    LEFT JOIN policy.working_days AS calendar ON settlements.due_date = calendar.due_date
    WHERE settlements.amount > 0
),

standing AS (
    SELECT
        dated.* REPLACE (
            if(spells.stands_until < DATE 'infinity', spells.settled_on, dated.settled_on) AS settled_on,
            if(spells.stands_until < DATE 'infinity', spells.settled_on IS NULL, dated.is_open) AS is_open
        ),
        dated.settled_on AS outcome_on,
        coalesce(spells.stands_after, DATE '-infinity') AS stands_after,
        coalesce(spells.stands_until, DATE 'infinity') AS stands_until
    FROM dated
    LEFT JOIN features.spells AS spells
        ON
            dated.company_id = spells.company_id
            -- What was closed on an unknown day says nothing, on no morning.
            AND if(dated.is_open OR dated.settled_on IS NOT NULL, dated.receivable_id, NULL) = spells.receivable_id
)

SELECT
    standing.company_id,
    standing.customer_id,
    standing.receivable_id,
    standing.currency,
    standing.amount,
    standing.invoice_date,
    standing.due_date,
    standing.due_on,
    standing.stands_after,
    standing.stands_until,
    standing.settled_on,
    standing.outcome_on,
    standing.is_open,
    date_diff('day', standing.due_on, standing.settled_on) AS days_late,
    standing.is_open OR standing.settled_on > standing.due_on AS is_late,
    CASE
        WHEN standing.settled_on <= standing.due_on THEN greatest(standing.settled_on, standing.invoice_date) + 1
        WHEN standing.is_open OR standing.settled_on > standing.due_on
            THEN greatest(standing.due_on, standing.invoice_date) + 1
    END AS known_from,
    isodow(standing.due_date)::VARCHAR AS due_weekday,
    least(greatest(date_diff('day', standing.invoice_date, standing.due_date), -5) // 5, 40)::VARCHAR AS terms_band,
    (day(standing.due_date) // 4)::VARCHAR AS month_part,
    coalesce(receivables.custom_references[named.branch], '') AS branch,
    receivables.document_type,
    coalesce(receivables.payment_method, debtors.payment_method) AS payment_method,
    debtors.country,
    debtors.zone,
    debtors.sector,
    debtors.customer_class,
    receivables.custom_references[named.attribute_1] AS attribute_1,
    receivables.custom_references[named.attribute_2] AS attribute_2,
    receivables.custom_references[named.attribute_3] AS attribute_3,
    receivables.custom_references[named.attribute_4] AS attribute_4,
    receivables.custom_references[named.attribute_5] AS attribute_5,
    receivables.custom_references[named.attribute_6] AS attribute_6
FROM standing
CROSS JOIN named
INNER JOIN staging.receivables AS receivables
    ON standing.company_id = receivables.company_id AND standing.receivable_id = receivables.receivable_id
INNER JOIN staging.customers AS debtors
    ON standing.company_id = debtors.company_id AND standing.customer_id = debtors.customer_id
