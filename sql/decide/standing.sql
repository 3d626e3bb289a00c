-- Each open receivable with its step, and whether it may be asked for: all that is judged without looking at the
-- recipient, the rest of the customer's debt or today's calendar.
-- Grain: one row per open receivable (item_number: the row of decide.items). Units: open_amount positive, in currency.
-- is_candidate: a step is due and nothing stands against the receivable or its customer. asked_rank is the due step of
-- these, and NULL for the others, so that nothing is looked up for them: a condition on is_candidate in the join itself
-- would make DuckDB compare every pair.
-- Materialized: table
SELECT
    p.item_number,
    p.customer_number,
    p.currency,
    p.open_amount,
    p.country,
    p.due_date,
    p.ladder,
    p.is_insolvent,
    p.schedule_number,
    p.said_rank,
    p.due_rank,
    p.next_rank,
    p.next_on,
    p.due_rank IS NOT NULL
    AND b.item_number IS NULL
    AND NOT p.is_insolvent
    AND NOT coalesce(f.is_insolvent OR f.is_deceased OR f.is_closed, FALSE) AS is_candidate,
    CASE WHEN is_candidate THEN p.due_rank END AS asked_rank
FROM decide.progress AS p
LEFT JOIN decide.flags AS f ON p.customer_number = f.customer_number
LEFT JOIN decide.blocks AS b ON p.item_number = b.item_number
