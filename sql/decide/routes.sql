-- By which channels a customer is reached for a step: all of the wanted ones that can be used, else the first of the
-- fallbacks that can.
-- Grain: one row per customer, step and channel that the step names (asked_number, the row of decide.asked, and
-- channel). A channel can be used when the customer did not opt out of it and somebody has an address for it; what our
-- own people do needs nobody: contact_id is then NULL, and contact_role the asked one.
-- A channel at a cap of its own is left out while another of the wanted ones can be used; where all of them are at
-- their caps the one that is free first comes first, and decide.evidence holds the step back.
-- A channel by which the announcement came back is left out while any other, fallbacks included, can be used.
-- place: 1 for the first channel that is used, 2 for the next …; NULL where it is not used.
-- Materialized: table
WITH possible AS (
    SELECT
        a.rowid AS asked_number,
        a.customer_id,
        a.step_rank,
        s.channel,
        s.preference,
        s.is_fallback,
        coalesce(r.role, a.contact_role) AS contact_role,
        r.contact_id,
        o.customer_id IS NOT NULL AS is_opted_out,
        k.free_on,
        b.channel IS NOT NULL AS has_come_back,
        o.customer_id IS NULL
        AND (r.contact_id IS NOT NULL OR s.channel IN ('sales', 'executive', 'legal', 'agency'))
        AND NOT (s.channel IN ('sales', 'executive', 'agency') AND coalesce(f.has_lawyer, FALSE)) AS is_usable
    FROM decide.asked AS a
    INNER JOIN policy.step_channels AS s ON a.ladder = s.ladder AND a.step_rank = s.step_rank
    LEFT JOIN decide.opt_outs AS o
        ON a.company_id = o.company_id AND a.customer_id = o.customer_id AND s.channel = o.channel
    LEFT JOIN decide.contact_caps AS k
        ON a.company_id = k.company_id AND a.customer_id = k.customer_id AND s.channel = k.channel
    LEFT JOIN decide.came_back AS b
        ON
            a.company_id = b.company_id
            AND a.customer_id = b.customer_id
            AND a.ladder = b.ladder
            AND a.step_rank = b.step_rank
            AND s.channel = b.channel
    LEFT JOIN decide.flags AS f ON a.company_id = f.company_id AND a.customer_id = f.customer_id
    LEFT JOIN decide.recipients AS r
        ON
            a.company_id = r.company_id
            AND a.customer_id = r.customer_id
            AND a.contact_role = r.contact_role
            AND s.channel = r.channel
),

judged AS (
    SELECT
        *,
        bool_or(is_usable AND NOT has_come_back) OVER whole AS has_clean,
        bool_or(is_usable AND NOT is_fallback) OVER whole AS has_any_wanted,
        bool_or(is_usable AND NOT is_fallback AND NOT has_come_back) OVER whole AS has_clean_wanted,
        bool_or(is_usable AND NOT is_fallback AND free_on IS NULL) OVER whole AS has_any_free,
        bool_or(is_usable AND NOT is_fallback AND NOT has_come_back AND free_on IS NULL) OVER whole AS has_clean_free
    FROM possible
    WINDOW whole AS (PARTITION BY asked_number)
),

weighed AS (
    SELECT
        * REPLACE (is_usable AND NOT (has_come_back AND has_clean) AS is_usable),
        CASE WHEN has_clean THEN has_clean_wanted ELSE has_any_wanted END AS has_wanted,
        CASE WHEN has_clean THEN has_clean_free ELSE has_any_free END AS has_free
    FROM judged
),

ordered AS (
    SELECT
        *,
        is_usable AND is_fallback <> has_wanted AND (free_on IS NULL OR NOT has_free) AS is_used,
        count(*) FILTER (WHERE is_used) OVER (
            PARTITION BY asked_number ORDER BY free_on ASC NULLS FIRST, preference ASC
        ) AS place
    FROM weighed
)

SELECT
    asked_number,
    customer_id,
    step_rank,
    channel,
    preference,
    contact_role,
    contact_id,
    is_opted_out,
    CASE WHEN is_used AND (NOT is_fallback OR place = 1) THEN place END AS place
FROM ordered
