-- How each receivable issued by as_of stands by what names it and what the export says, before any guess
-- (staging.settlements): what paid it, since when it is settled, what is open.
-- Grain: company, receivable. Amounts in `currency`, signed like the receivable (credit notes negative).
-- paid_amount = the sum of staging.allocations without the guessed ones, cleared_amount included; cleared_amount is
-- what no payment explains of an item that the export says was cleared, unless money was returned after that.
-- open_amount is the smaller of what the export states and what the payments leave, so that nobody is reminded of what
-- either source knows to be paid. Where the payments do not explain the statement (it knows of money that never
-- landed), those booked after it (staging.newer_payments) come off it. An item that is open by neither, but by no dated
-- payment either, has open_amount 0 and no settled_on. settled_on is later than as_of where a payment was booked ahead.
-- settled_on_before leaves out what happened on as_of itself: what a score made that morning could know.
-- named_document_number, is_contested: as in staging.matches. last_paid_on: NULL where no payment is aimed at it.
-- Materialized: view
WITH laid AS (
    SELECT
        totals.company_id,
        totals.customer_id,
        totals.receivable_id,
        totals.named_document_number,
        totals.currency,
        totals.amount,
        totals.invoice_date,
        totals.due_date,
        totals.stated_open_amount,
        coalesce(newer.newer_amount, 0) AS newer_amount,
        coalesce(if(totals.is_contested, contested.paid_amount, totals.aimed_amount), 0) AS laid_amount,
        if(
            totals.is_contested,
            contested.settled_on,
            if(totals.aimed_amount = totals.amount, totals.last_aimed_on, NULL)
        ) AS paid_on,
        if(
            totals.cleared_on < contested.last_returned_on,
            NULL,
            if(
                totals.cleared_on IS NULL,
                NULL,
                greatest(totals.cleared_on, if(totals.is_contested, contested.last_paid_on, totals.last_aimed_on))
            )
        ) AS cleared_on,
        if(totals.is_contested, contested.last_paid_on, totals.last_aimed_on) AS last_paid_on,
        totals.is_contested,
        contested.settled_on_before AS contested_paid_on_before,
        if(
            totals.cleared_on >= run.as_of OR totals.cleared_on < contested.last_returned_on_before,
            NULL,
            greatest(totals.cleared_on, if(totals.cleared_on IS NULL, NULL, contested.last_paid_on_before))
        ) AS contested_cleared_on_before,
        run.as_of
    FROM staging.receivable_totals AS totals
    CROSS JOIN run.parameters AS run
    LEFT JOIN staging.contested_settlements AS contested
        ON totals.company_id = contested.company_id AND totals.receivable_id = contested.receivable_id
    LEFT JOIN staging.newer_payments AS newer
        ON totals.company_id = newer.company_id AND totals.receivable_id = newer.receivable_id
)

SELECT
    company_id,
    customer_id,
    receivable_id,
    named_document_number,
    currency,
    amount,
    invoice_date,
    due_date,
    stated_open_amount,
    is_contested,
    last_paid_on,
    if(paid_on IS NULL AND cleared_on IS NOT NULL, amount, laid_amount) AS paid_amount,
    if(paid_on IS NULL AND cleared_on IS NOT NULL, amount - laid_amount, 0)::DECIMAL(18, 2) AS cleared_amount,
    coalesce(paid_on, cleared_on) AS settled_on,
    if(
        is_contested,
        coalesce(contested_paid_on_before, contested_cleared_on_before),
        if(coalesce(paid_on, cleared_on) < as_of, coalesce(paid_on, cleared_on), NULL)
    ) AS settled_on_before,
    CASE
        WHEN paid_on IS NOT NULL OR cleared_on IS NOT NULL THEN 0
        -- The payments explain what the statement takes for paid, or there is no statement.
        WHEN coalesce(abs(amount - laid_amount) <= abs(stated_open_amount), TRUE) THEN amount - laid_amount
        WHEN amount > 0 THEN greatest(stated_open_amount - newer_amount, 0)
        ELSE least(stated_open_amount - newer_amount, 0)
    END::DECIMAL(18, 2) AS open_amount
FROM laid
