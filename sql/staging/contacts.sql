-- The contacts of customers, as landed.
-- Grain: company, customer, contact. Personal data: name, email, phone, mobile, fax, the address; never logged or
-- scored.
-- Materialized: view
SELECT
    company_id,
    customer_id,
    contact_id,
    role,
    name,
    email,
    phone,
    mobile,
    fax,
    language,
    last_verified_on,
    address_line_1,
    address_line_2,
    postal_code,
    city,
    region,
    country
FROM landing.contacts
