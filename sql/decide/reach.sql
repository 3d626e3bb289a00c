-- Whether and by which channel first a customer is reached for a step.
-- Grain: one row per customer and step of decide.asked (asked_number: its row).
-- is_reachable: some channel of the step is used; else channel is the first that was wanted, and is_opted_out says that
-- the customer opted out of one of them.
-- Materialized: table
WITH found AS (
    SELECT
        asked_number,
        coalesce(bool_or(place = 1), FALSE) AS is_reachable,
        bool_or(is_opted_out) AND NOT coalesce(bool_or(place = 1), FALSE) AS is_opted_out,
        coalesce(any_value(channel) FILTER (WHERE place = 1), arg_min(channel, preference)) AS channel,
        any_value(contact_role) FILTER (WHERE place = 1) AS contact_role,
        any_value(contact_id) FILTER (WHERE place = 1) AS contact_id
    FROM decide.routes
    GROUP BY asked_number
)

SELECT
    f.asked_number,
    a.customer_number,
    a.ladder,
    a.step_rank,
    a.contact_role AS asked_role,
    f.is_reachable,
    f.is_opted_out,
    f.channel,
    f.contact_role,
    f.contact_id
FROM found AS f
INNER JOIN decide.asked AS a ON f.asked_number = a.rowid
