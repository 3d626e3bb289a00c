-- The contacts of customers, as landed.
-- Grain: company, customer, contact. Personal data: name, email, phone, mobile; never logged, never scored.
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
    language,
    last_verified_on
FROM landing.contacts
