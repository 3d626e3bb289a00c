-- Where letters to a contact go, and where people visit it: its own address, else the customer's; and its fax number
-- where letters are handed to a fax service (run.parameters.letter_service).
-- Grain: one row per contact whose address is complete: a street, a town and a country (the customer's, else the
-- company's where the address names none). Others have no row, nor has an address whose country is no ISO code.
-- postal_address: lines joined by line feeds: street, its second line, the town's line, the country's ISO code. The
-- town's line as the post of the country wants it (UPU S42): "28014 Madrid"; "Austin TX 78701" in the United States,
-- Canada and Australia; in the United Kingdom the code has a line of its own. A region stands behind the town where it
-- has another name.
-- street_address: the same lines without what follows. postal_address: where letters go by fax, a last line
-- "fax: <number as written>" below the country, where the contact has one. is_deliverable: a letter can be handed over:
-- always, but by fax only with a number.
-- Personal data: all of it; never logged, never scored.
-- Materialized: view
WITH chosen AS (
    SELECT
        k.company_id,
        k.customer_id,
        k.contact_id,
        coalesce(run.letter_service = 'fax', FALSE) AS is_by_fax,
        nullif(trim(regexp_replace(k.fax, '\s+', ' ', 'g')), '') AS fax,
        CASE
            WHEN coalesce(k.address_line_1, '') <> '' AND coalesce(k.city, '') <> ''
                THEN
                    struct_pack(
                        street := k.address_line_1,
                        more := k.address_line_2,
                        code := k.postal_code,
                        town := k.city,
                        region := k.region,
                        country := coalesce(k.country, c.country, run.company_country)
                    )
            ELSE
                struct_pack(
                    street := c.address_line_1,
                    more := c.address_line_2,
                    code := c.postal_code,
                    town := c.city,
                    region := c.region,
                    country := coalesce(c.country, run.company_country)
                )
        END AS address
    FROM staging.contacts AS k
    CROSS JOIN run.parameters AS run
    LEFT JOIN staging.customers AS c ON k.company_id = c.company_id AND k.customer_id = c.customer_id
),

lines AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        is_by_fax,
        fax,
        address.street,
        address.more,
        CASE
            WHEN address.country IN ('US', 'CA', 'AU')
                THEN concat_ws(' ', address.town, address.region, address.code)
            WHEN address.country = 'GB' THEN address.town
            ELSE
                concat_ws(
                    ', ',
                    concat_ws(' ', address.code, address.town),
                    CASE WHEN lower(address.region) <> lower(address.town) THEN address.region END
                )
        END AS town,
        CASE WHEN address.country = 'GB' THEN address.code END AS code,
        address.country
    FROM chosen
    WHERE
        coalesce(address.street, '') <> ''
        AND coalesce(address.town, '') <> ''
        AND regexp_full_match(address.country, '[A-Z]{2}')
),

-- Line breaks inside a cell of an export must not make lines of their own.
written AS (
    SELECT
        company_id,
        customer_id,
        contact_id,
        is_by_fax,
        fax,
        concat_ws(
            chr(10),
            nullif(trim(regexp_replace(street, '\s+', ' ', 'g')), ''),
            nullif(trim(regexp_replace(more, '\s+', ' ', 'g')), ''),
            nullif(trim(regexp_replace(town, '\s+', ' ', 'g')), ''),
            nullif(trim(regexp_replace(code, '\s+', ' ', 'g')), ''),
            country
        ) AS street_address
    FROM lines
)

SELECT
    company_id,
    customer_id,
    contact_id,
    concat_ws(chr(10), street_address, CASE WHEN is_by_fax THEN 'fax: ' || fax END) AS postal_address,
    street_address,
    NOT is_by_fax OR fax IS NOT NULL AS is_deliverable
FROM written
