-- The relations of a run's work database that sending reads, for `benchmarks/sending_day.py`: one message and one receivable per
-- debtor, as many as the table `size` says.
CREATE SCHEMA run; CREATE SCHEMA staging; CREATE SCHEMA decide; CREATE SCHEMA ledger; CREATE SCHEMA policy; CREATE SCHEMA experiment;
CREATE SCHEMA thanks; CREATE SCHEMA outgoing;
CREATE TABLE experiment.treatments (company_id VARCHAR, customer_id VARCHAR, wording VARCHAR);
CREATE TABLE ledger.promises (promise_id VARCHAR);
CREATE TABLE run.parameters AS SELECT DATE '2026-06-15' AS as_of, 'acme' AS company_id;
CREATE TABLE decide.freshness AS SELECT DATE '2026-06-12' AS newest_booking_on;
CREATE TABLE staging.customers AS
    SELECT 'acme' AS company_id, 'C' || n AS customer_id, 'Deudor ' || n AS name, 'ES' AS country, NULL::VARCHAR AS tax_id
    FROM size, range(size.messages) AS t(n);
CREATE TABLE staging.credits AS
    SELECT 'acme' AS company_id, 'C1' AS customer_id, 'EUR' AS currency, 5.00::DECIMAL(18, 2) AS credit_amount;
CREATE TABLE staging.open_receivables AS
    SELECT
        'acme' AS company_id, 'R' || n AS receivable_id, 'F' || n AS document_number,
        'invoice' AS document_type, NULL::INTEGER AS instalment_number, DATE '2026-05-01' AS invoice_date,
        DATE '2026-06-01' AS due_date, 14 AS days_overdue, 30 AS payment_terms_days,
        (100 + n)::DECIMAL(18, 2) AS amount, (100 + n)::DECIMAL(18, 2) AS open_amount, 'transfer' AS payment_method,
        MAP {'purchase_order': 'OC-' || n} AS document_references
    FROM size, range(size.messages) AS t(n);
CREATE VIEW staging.receivables AS FROM staging.open_receivables;
CREATE TABLE staging.settlements AS SELECT receivable_id, open_amount FROM staging.open_receivables;
CREATE TABLE decide.reminders AS
    SELECT
        'acme|C' || n || '|v1|first|2026-06-15|email|reminder|EUR' AS reminder_key, 'acme' AS company_id,
        'C' || n AS customer_id, 'P' || n AS contact_id, 'reminder' AS contact_role, 'Persona ' || n AS recipient_name,
        'p' || n || '@deudor.example' AS recipient_address, 'email' AS channel, 'EUR' AS currency, 'first' AS step,
        1 AS step_rank, 'overdue' AS purpose, 'neutral' AS tone, 'es' AS language, 'regular' AS segment,
        'v1' AS strategy_version, 1 AS item_count, (100 + n)::DECIMAL(18, 2) AS total_amount, FALSE AS needs_approval,
        10 AS deadline_days, NULL::INTEGER AS next_days, ['overdue'] AS later_purposes,
        (n // size.batch_size + 1)::INTEGER AS batch_number, NULL::VARCHAR AS variant
    FROM size, range(size.messages) AS t(n);
CREATE VIEW decide.messages AS SELECT reminder_key, company_id, customer_id, 'usual' AS ladder, step_rank FROM decide.reminders;
CREATE TABLE policy.steps AS SELECT 'usual' AS ladder, 1 AS step_rank, 'first' AS step;
CREATE TABLE policy.step_messages AS
    SELECT 'usual' AS ladder, 1 AS step_rank, []::VARCHAR[] AS attachments, NULL::VARCHAR AS copy_to;
CREATE TABLE decide.reminder_items AS
    SELECT reminder_key, company_id, customer_id, 'R' || customer_id[2:] AS receivable_id, 'first' AS step, total_amount AS open_amount,
        NULL::DECIMAL(18, 2) AS paid_amount
    FROM decide.reminders;
CREATE VIEW outgoing.messages AS FROM decide.reminders;
CREATE VIEW outgoing.items AS FROM decide.reminder_items;
CREATE TABLE thanks.messages AS FROM decide.reminders LIMIT 0;
CREATE TABLE thanks.items AS
    SELECT i.*, o.* EXCLUDE (company_id, receivable_id, open_amount), NULL::DATE AS paid_on, NULL::VARCHAR AS purchase_order
    FROM decide.reminder_items AS i, staging.open_receivables AS o LIMIT 0;
