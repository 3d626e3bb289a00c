-- A run's work database in miniature: stand-ins for what the stages before the report build. Amounts are small and round, so that
-- a reader can add them up. Two customers in EUR, one in CLP; F1 is fully paid, F2 partly, N1 is a credit note.
CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS score;
CREATE SCHEMA IF NOT EXISTS segment;
CREATE SCHEMA IF NOT EXISTS decide;
CREATE SCHEMA IF NOT EXISTS policy;

INSERT INTO run.parameters VALUES ('20260506-0000000a', '2026-05-06', '2026-05-07', 'acme', 'Acme, S.A.', 'ES', 'es', 'EUR', NULL);

CREATE TABLE policy.parameters AS SELECT '1' AS strategy_version, 0 AS tolerance_days;

INSERT INTO landing.files VALUES
    ('customers', 'customers', 'exports/customers.csv', 'c1', 3, 3, 0, 0, 0, TRUE),
    ('contacts', 'contacts', 'exports/contacts.csv', 'c2', 3, 2, 1, 0, 0, TRUE),
    ('invoices', 'receivables', 'exports/invoices.csv', 'c3', 9, 6, 2, 1, 2, TRUE),
    ('bank', 'payments', 'exports/bank.csv', 'c4', 3, 3, 0, 0, 0, FALSE);
INSERT INTO landing.set_aside VALUES ('invoices', 'receivables', 'exports/invoices.csv', 'stated_total', 2);
INSERT INTO landing.file_amounts VALUES
    ('invoices', 'receivables', 'exports/invoices.csv', 'EUR', 3210.50, 3000.00, 110.50, 100.00),
    ('invoices', 'receivables', 'exports/invoices.csv', 'CLP', 90000.00, 90000.00, 0.00, 0.00),
    ('invoices', 'receivables', 'exports/invoices.csv', '?', 0.00, 0.00, 0.00, 0.00),
    ('bank', 'payments', 'exports/bank.csv', 'EUR', 1550.00, 1550.00, 0.00, 0.00);
INSERT INTO landing.quarantine VALUES
    ('receivables', 'invoices', 'exports/invoices.csv', 7, 'quarantined', ['the currency is unknown', 'the amount cannot be read'],
     ['currency', 'amount'], ['Map the currency.', 'Check the decimals.'], '{"IMPORTE": "1.2.3"}'),
    ('receivables', 'invoices', 'exports/invoices.csv', 8, 'quarantined', ['the amount is zero'], ['amount'], ['Correct the amount.'],
     '{"IMPORTE": "0"}'),
    ('receivables', 'invoices', 'exports/invoices.csv', 9, 'duplicate', [], [], [], '{"IMPORTE": "100"}'),
    ('contacts', 'contacts', 'exports/contacts.csv', 3, 'quarantined', ['the e-mail address cannot exist as written'], ['email'],
     ['Ask the customer for a working address.'], '{"EMAIL": "ana@@example.com"}');
INSERT INTO landing.quarantine_history VALUES
    ('receivables', 'invoices', 'exports/invoices.csv', 7, 'r7', ['the currency is unknown', 'the amount cannot be read'],
     ['currency', 'amount'], ['Map the currency.', 'Check the decimals.'], '{"IMPORTE": "1.2.3"}', '?', 0.00,
     'open', '2026-05-04', '2026-05-06', NULL, FALSE, FALSE),
    ('receivables', 'invoices', 'exports/invoices.csv', 8, 'r8', ['the amount is zero'], ['amount'], ['Correct the amount.'],
     '{"IMPORTE": "0"}', 'EUR', 110.50, 'open', '2026-05-06', '2026-05-06', NULL, TRUE, FALSE),
    ('receivables', 'invoices', 'exports/invoices.csv', 8, 'r5', ['the amount is zero'], ['amount'], ['Correct the amount.'],
     '{"IMPORTE": "0"}', 'EUR', 250.00, 'corrected', '2026-05-04', '2026-05-05', '2026-05-06', FALSE, TRUE),
    ('contacts', 'contacts', 'exports/contacts.csv', 3, 'k3', ['the e-mail address cannot exist as written'], ['email'],
     ['Ask the customer for a working address.'], '{"EMAIL": "ana@@example.com"}', NULL, NULL,
     'open', '2026-05-06', '2026-05-06', NULL, TRUE, FALSE);
INSERT INTO landing.contacts (company_id, customer_id, contact_id, role, name, email, phone, last_verified_on) VALUES
    ('acme', 'C1', 'K1', 'reminder', 'Tesorería', 'pagos@example.com', NULL, '2026-04-01'),
    ('acme', 'C2', 'K2', 'reminder', 'Pilar Gil', NULL, '+34 900 000 000', NULL);

CREATE TABLE staging.customers AS
SELECT * FROM (VALUES
    ('acme', 'C1', 'Talleres Ebro, S.L.', 'ES', 'es', 'B12345674', NULL::VARCHAR, 'industry', 'north', 'key_account', 'normal', 'transfer', 30,
     900.00::DECIMAL(18,2), 'EUR', DATE '2019-03-01', TRUE),
    ('acme', 'C2', 'Obras & Cía <Sur>', 'ES', 'es', 'B00000000', NULL, 'construction', 'south', NULL, 'normal', 'letra', 60,
     NULL, NULL, NULL, TRUE),
    ('acme', 'C3', 'Andes SpA', 'CL', 'es', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE)
) AS t (company_id, customer_id, name, country, language, tax_id, iban, sector, zone, customer_class, financial_situation, payment_method,
    payment_terms_days, credit_limit, credit_currency, customer_since, is_in_master);

CREATE VIEW staging.contacts AS FROM landing.contacts;
INSERT INTO checked.settings VALUES (365, ['acme.example'], []);

CREATE TABLE staging.receivables AS
SELECT
    company_id, customer_id, receivable_id, receivable_id AS document_number, document_type, 1 AS instalment_number,
    invoice_date::DATE AS invoice_date, due_date::DATE AS due_date, FALSE AS is_due_date_derived, currency,
    amount::DECIMAL(18,2) AS amount, 'transfer' AS payment_method, NULL::VARCHAR AS payment_document_status, FALSE AS is_disputed,
    FALSE AS is_assigned, FALSE AS has_open_complaint, TRUE AS is_price_agreed, NULL::DATE AS delivered_on,
    NULL::DATE AS goods_received_on, NULL::DATE AS document_sent_on, MAP {'purchase_order': 'PO-1'} AS document_references
FROM (VALUES
    ('acme', 'C1', 'F1', 'invoice', '2026-03-01', '2026-03-31', 'EUR', 1000),
    ('acme', 'C1', 'F2', 'invoice', '2026-04-02', '2026-05-02', 'EUR', 1500),
    ('acme', 'C2', 'F3', 'invoice', '2026-01-01', '2026-02-01', 'EUR', 550),
    ('acme', 'C2', 'F4', 'debit_note', '2026-05-01', '2026-06-30', 'EUR', 50),
    ('acme', 'C3', 'F5', 'invoice', '2026-05-01', '2026-05-06', 'CLP', 90000),
    ('acme', 'C1', 'N1', 'credit_note', '2026-04-10', '2026-04-10', 'EUR', -100)
) AS t (company_id, customer_id, receivable_id, document_type, invoice_date, due_date, currency, amount);

CREATE TABLE staging.allocations AS
SELECT 'acme' AS company_id, payment_id, receivable_id, 'EUR' AS currency, amount::DECIMAL(18,2) AS amount, paid_on::DATE AS paid_on, 'receivable' AS rule
FROM (VALUES ('P1', 'F1', 1000, '2026-04-10'), ('P2', 'F2', 500, '2026-05-05')) AS t (payment_id, receivable_id, amount, paid_on);

CREATE TABLE staging.settlements AS
SELECT r.company_id, r.customer_id, r.receivable_id, r.currency, r.amount, r.invoice_date, r.due_date,
    coalesce(sum(a.amount), 0)::DECIMAL(18,2) AS paid_amount,
    CASE WHEN sum(a.amount) = r.amount THEN max(a.paid_on) END AS settled_on,
    (r.amount - coalesce(sum(a.amount), 0))::DECIMAL(18,2) AS open_amount
FROM staging.receivables AS r LEFT JOIN staging.allocations AS a ON r.receivable_id = a.receivable_id
GROUP BY r.company_id, r.customer_id, r.receivable_id, r.currency, r.amount, r.invoice_date, r.due_date;

CREATE VIEW staging.open_receivables AS
SELECT r.*, s.open_amount, date_diff('day', r.due_date, p.as_of)::INTEGER AS days_overdue,
    CASE WHEN p.as_of - r.due_date <= 0 THEN 'current' WHEN p.as_of - r.due_date <= 30 THEN '1-30'
        WHEN p.as_of - r.due_date <= 60 THEN '31-60' WHEN p.as_of - r.due_date <= 90 THEN '61-90' ELSE '90+' END AS aging_bucket
FROM staging.receivables AS r
INNER JOIN staging.settlements AS s ON r.receivable_id = s.receivable_id
CROSS JOIN run.parameters AS p
WHERE s.open_amount > 0;

CREATE TABLE staging.direct_debits AS
SELECT NULL::VARCHAR AS company_id, NULL::VARCHAR AS receivable_id, NULL::VARCHAR AS status WHERE FALSE;

CREATE TABLE staging.credits AS
SELECT 'acme' AS company_id, 'C1' AS customer_id, 'EUR' AS currency, 100.00::DECIMAL(18,2) AS credit_notes_amount,
    50.00::DECIMAL(18,2) AS unapplied_amount, 150.00::DECIMAL(18,2) AS credit_amount;

CREATE TABLE staging.payments AS
SELECT 'acme' AS company_id, payment_id, 'C1' AS customer_id, receivable_id, NULL::VARCHAR AS document_number, paid_on::DATE AS paid_on,
    'EUR' AS currency, amount::DECIMAL(18,2) AS amount, 'transfer' AS payment_method, 'payment' AS kind, applied::DECIMAL(18,2) AS applied_amount,
    (amount - applied)::DECIMAL(18,2) AS unapplied_amount, rule AS allocation_rule,
    if(rule = 'unapplied', NULL, 1.0)::DOUBLE AS allocation_confidence, 'export' AS payer_known_by
FROM (VALUES ('P1', 'F1', '2026-04-10', 1000, 1000, 'receivable'), ('P2', 'F2', '2026-05-05', 500, 500, 'receivable'),
    ('P3', NULL, '2026-05-05', 50, 0, 'unapplied')) AS t (payment_id, receivable_id, paid_on, amount, applied, rule);

CREATE TABLE staging.unapplied_payments AS
SELECT company_id, payment_id, customer_id, currency, unapplied_amount FROM staging.payments WHERE unapplied_amount <> 0;

CREATE TABLE staging.guessed_allocations AS
SELECT company_id, payment_id, 'C1' AS customer_id, receivable_id, currency, amount, paid_on, 'oldest_first' AS rule FROM staging.allocations LIMIT 0;

CREATE VIEW staging.open_items AS SELECT * FROM staging.open_receivables;

CREATE TABLE score.receivable_scores AS
SELECT company_id, receivable_id, 0.25::DOUBLE AS late_probability, 0.05::DOUBLE AS very_late_probability,
    5.0::DOUBLE AS expected_days_late, due_date + 5 AS expected_pay_date,
    300 AS points, TRUE AS has_history, -1.0986::DOUBLE AS log_odds,
    [{'code': 'often_late', 'log_odds': 0.5546}, {'code': 'starting_level', 'log_odds': -1.6532}]::STRUCT(code VARCHAR, log_odds DOUBLE)[]
        AS parts,
    NULL::VARCHAR AS model, 'scorecard' AS method, 'medium' AS confidence,
    [{'code': 'often_late', 'points': 16}]::STRUCT(code VARCHAR, points INTEGER)[] AS reasons
FROM staging.open_receivables;

CREATE SCHEMA delays;

CREATE TABLE delays.pay_delays AS
SELECT company_id, receivable_id, delays.delay_10, delays.delay_25, delays.delay_50, delays.delay_75, delays.delay_90,
    if(days_overdue > 90, 1, 0.01)::DOUBLE AS default_probability, due_date AS early_pay_date, due_date + 20 AS late_pay_date, 'history' AS method
FROM staging.open_receivables
CROSS JOIN (VALUES (0.0::DOUBLE, 2.0::DOUBLE, 5.0::DOUBLE, 12.0::DOUBLE, 20.0::DOUBLE)) AS delays (delay_10, delay_25, delay_50, delay_75, delay_90);

CREATE TABLE delays.delay_shares AS
SELECT 'acme' AS company_id, 0 AS habit, weekday::INTEGER AS due_weekday, days::INTEGER AS days, days / 400.0 AS paid_share
FROM generate_series(1, 7) AS weekdays (weekday), generate_series(0, 360) AS numbers (days);

CREATE TABLE score.customer_scores AS
SELECT company_id, customer_id, risk_score::INTEGER AS risk_score, risk_grade, 'scorecard' AS method, NULL::VARCHAR AS model, 'worse' AS trend, FALSE AS is_new, 1 AS settled_count,
    1.0::DOUBLE AS late_share, 10.0::DOUBLE AS median_days_late,
    [{'code': 'often_late', 'points': 16}]::STRUCT(code VARCHAR, points INTEGER)[] AS reasons
FROM (VALUES ('acme', 'C1', 210, 'B'), ('acme', 'C2', 800, 'E'), ('acme', 'C3', 450, 'C')) AS t (company_id, customer_id, risk_score, risk_grade);

INSERT INTO earlier.customer_scores
SELECT company_id, customer_id, 150 AS risk_score, 'A' AS risk_grade
FROM score.customer_scores;

CREATE TABLE policy.early_warning_parameters AS SELECT 3 AS listed;

CREATE TABLE policy.early_warnings AS
SELECT * FROM (VALUES ('pays_later', 1), ('first_late', 2)) AS kinds (warning, severity);

CREATE TABLE score.early_warnings AS
SELECT 'acme' AS company_id, 'C1' AS customer_id, warning, DATE '2026-04-10' AS since, strength::DOUBLE AS strength, 'days' AS unit,
    1.0::DOUBLE AS value_before, 7.0::DOUBLE AS value_after, 8::BIGINT AS item_count, NULL::VARCHAR AS currency, FALSE AS has_overdue, place
FROM (VALUES ('pays_later', 6, 1), ('first_late', 7, 2)) AS t (warning, strength, place);

CREATE TABLE score.customer_history AS
SELECT 'acme' AS company_id, customer_id, DATE '2025-01-10' AS first_invoice_on, last_settled_on::DATE AS last_settled_on, settled_count, late_count,
    days_late_sum, median_days_late::DOUBLE AS median_days_late, recent_settled_count, recent_late_count, recent_days_late_sum, greatest_days_overdue
FROM (VALUES ('C1', '2026-04-10', 20, 8, 60, 2, 10, 6, 50, 4), ('C2', '2025-12-20', 12, 0, -24, -2, 6, 0, -12, 94))
    AS t (customer_id, last_settled_on, settled_count, late_count, days_late_sum, median_days_late, recent_settled_count, recent_late_count,
        recent_days_late_sum, greatest_days_overdue);

CREATE TABLE segment.promises (
    company_id VARCHAR, customer_id VARCHAR, promise_id VARCHAR, receivable_id VARCHAR, currency VARCHAR, amount DECIMAL(18,2),
    promised_for DATE, recorded_on DATE, kept_until DATE, paid_amount DECIMAL(18,2), state VARCHAR, broken_on DATE, is_missing BOOLEAN,
    plan_id VARCHAR);
CREATE TABLE segment.customers AS
SELECT * FROM (VALUES ('acme', 'C1', 'regular', 2, 'regular'), ('acme', 'C2', 'risky', 1, 'watched'), ('acme', 'C3', 'regular', 2, 'regular'))
    AS t (company_id, customer_id, segment, segment_rank, ladder);

CREATE TABLE decide.decisions AS
SELECT row_number() OVER (ORDER BY receivable_id) AS item_number, 'acme' AS company_id, customer_id, receivable_id, segment, segment AS ladder, decision, reason, next_action_on::DATE AS next_action_on, step,
    step_rank::INTEGER AS step_rank, purpose, tone, channel, 'reminder' AS contact_role, contact_id, needs_approval, reminder_key
FROM (VALUES
    ('C1', 'F2', 'regular', 'remind', 'step_due', '2026-05-06', 'first_reminder', 2, 'overdue', 'courteous', 'email', 'K1', FALSE, 'acme|C1'),
    ('C2', 'F3', 'risky', 'silent', 'no_usable_contact', NULL, 'second_reminder', 4, 'overdue', 'firm', 'email', NULL, FALSE, NULL),
    ('C2', 'F4', 'risky', 'wait', 'before_first_step', '2026-06-20', 'announcement', 1, 'pre_due', 'courteous', 'email', NULL, FALSE, NULL),
    ('C3', 'F5', 'regular', 'wait', 'until_next_step', '2026-05-11', 'first_reminder', 2, 'overdue', 'courteous', 'email', NULL, FALSE, NULL)
) AS t (customer_id, receivable_id, segment, decision, reason, next_action_on, step, step_rank, purpose, tone, channel, contact_id, needs_approval, reminder_key);

CREATE SCHEMA IF NOT EXISTS duties;
CREATE TABLE policy.duty_kinds AS
SELECT 'open_complaint' AS duty, 1 AS position, 'Ana' AS owner, 5 AS within_days, TRUE AS holds_back, NULL::VARCHAR AS confirmed_by, NULL::VARCHAR AS escalate_to;
CREATE TABLE duties.open AS
SELECT 'acme' AS company_id, 'C1' AS customer_id, 'F2' AS receivable_id, 'open_complaint' AS duty, 1 AS position, 'export' AS source,
    NULL::DATE AS stated_since;
CREATE TABLE decide.items AS
SELECT d.item_number, o.company_id, o.customer_id, o.receivable_id, o.currency, o.open_amount, FALSE AS is_disputed
FROM staging.open_receivables AS o LEFT JOIN decide.decisions AS d ON o.receivable_id = d.receivable_id;
CREATE TABLE decide.marked (company_id VARCHAR, customer_id VARCHAR, contact_id VARCHAR, channel VARCHAR, is_dead BOOLEAN);
CREATE TABLE decide.verdicts AS SELECT item_number, reason FROM decide.decisions;
CREATE TABLE decide.step_dates AS SELECT item_number, company_id, receivable_id, 1 AS step_rank, DATE '2026-05-01' AS opens_on, TRUE AS is_due FROM decide.decisions;

CREATE TABLE decide.reminders AS
SELECT reminder_key, company_id, customer_id, contact_id, contact_role, 'Tesorería' AS recipient_name, 'pagos@example.com' AS recipient_address,
    channel, 'EUR' AS currency, step, step_rank, purpose, tone, 'es' AS language, segment, '1' AS strategy_version, 1 AS item_count,
    1000.00::DECIMAL(18,2) AS total_amount, needs_approval, 1 AS batch_number, NULL::VARCHAR AS variant
FROM decide.decisions WHERE decision = 'remind';

CREATE TABLE decide.reminder_items AS
SELECT reminder_key, company_id, customer_id, receivable_id, step, 1000.00::DECIMAL(18,2) AS open_amount
FROM decide.decisions WHERE decision = 'remind';

-- Paid, and thanked for by nobody yet: the strategy thanks nobody.
CREATE SCHEMA IF NOT EXISTS thanks;
CREATE TABLE thanks.messages AS FROM decide.reminders LIMIT 0;
CREATE TABLE thanks.items AS
SELECT *, 0.00::DECIMAL(18,2) AS paid_amount, DATE '2026-05-01' AS paid_on FROM decide.reminder_items LIMIT 0;
CREATE SCHEMA IF NOT EXISTS outgoing;
CREATE VIEW outgoing.messages AS FROM decide.reminders UNION ALL BY NAME FROM thanks.messages;
CREATE VIEW outgoing.items AS
SELECT *, NULL::DECIMAL(18,2) AS paid_amount FROM decide.reminder_items
UNION ALL
SELECT reminder_key, company_id, customer_id, receivable_id, step, open_amount, paid_amount FROM thanks.items;

INSERT INTO landing.receivables BY NAME
SELECT company_id, customer_id, receivable_id, document_type, invoice_date, due_date, currency, amount FROM staging.receivables;
INSERT INTO landing.payments BY NAME
SELECT company_id, customer_id, payment_id, paid_on, currency, amount FROM staging.payments;
-- Booked after the run's date, and the run is a replay: landed, and not yet a payment.
INSERT INTO landing.payments BY NAME
SELECT 'acme' AS company_id, 'P9' AS payment_id, DATE '2026-05-07' AS paid_on, 'EUR' AS currency, 1.00 AS amount;

CREATE OR REPLACE TABLE ledger.reminders AS
SELECT 'acme|C1|old' AS reminder_key, 'abc' AS reminder_id, '20260401-00000001' AS run_id, 'acme' AS company_id, 'C1' AS customer_id,
    'K1' AS contact_id, 'reminder' AS contact_role, 'Tesorería' AS recipient_name, 'pagos@example.com' AS recipient_address,
    'email' AS channel, 'EUR' AS currency, 'first_reminder' AS step, 2 AS step_rank, 'overdue' AS purpose, 'courteous' AS tone,
    'es' AS language, 'regular' AS segment, '1' AS strategy_version, 1 AS item_count, 1000.00::DECIMAL(18,2) AS total_amount,
    FALSE AS needs_approval, 1 AS batch_number, 'brief' AS variant, DATE '2026-04-05' AS as_of, 'delivered' AS status, NULL::VARCHAR AS status_reason,
    NULL::VARCHAR AS claim_token, TIMESTAMP '2026-04-05 07:00:00' AS claimed_at, TIMESTAMP '2026-04-05 07:00:01' AS settled_at,
    'files' AS provider, NULL::VARCHAR AS provider_message_id, 1 AS attempts;
INSERT INTO ledger.reminders BY NAME
SELECT * REPLACE ('acme|C1' AS reminder_key, 'abd' AS reminder_id, '20260506-0000000a' AS run_id, DATE '2026-05-06' AS as_of,
    'accepted' AS status, TIMESTAMP '2026-05-06 07:00:00' AS claimed_at, TIMESTAMP '2026-05-06 07:00:01' AS settled_at)
FROM ledger.reminders;

CREATE OR REPLACE TABLE ledger.runs AS
SELECT run_id, 'acme' AS company_id, as_of::DATE AS as_of, 'send' AS mode, status, started_at::TIMESTAMP AS started_at,
    finished_at::TIMESTAMP AS finished_at, '1' AS strategy_version, counts, NULL::VARCHAR AS warehouse
FROM (VALUES
    ('20260401-00000001', '2026-04-05', 'completed', '2026-04-05 06:59:00', '2026-04-05 07:01:00', '{"rows_in": 12, "remind": 1, "accepted": 1}'),
    ('20260506-0000000a', '2026-05-06', 'running', '2026-05-06 06:59:00', NULL, NULL)
) AS t (run_id, as_of, status, started_at, finished_at, counts);

CREATE SCHEMA IF NOT EXISTS consequences;
CREATE TABLE consequences.claims AS
SELECT 'acme' AS company_id, 'C1' AS customer_id, 'F2' AS receivable_id, 'F2' AS document_number, 'late_interest' AS kind, 'ES' AS basis,
    DATE '2026-04-06' AS due_date, NULL::DATE AS settled_on, DATE '2026-04-07' AS from_on, DATE '2026-05-06' AS to_on, 30 AS days,
    'EUR' AS currency, 8.34::DECIMAL(18,2) AS amount, 'claimed' AS status, NULL::VARCHAR AS payment_id, NULL::DATE AS paid_on,
    '1000.00 × 10.15 % × 30 / 365 = 8.34' AS arithmetic;

CREATE SCHEMA IF NOT EXISTS experiment;
CREATE TABLE policy.experiments AS
SELECT 'spring' AS experiment, DATE '2026-03-01' AS from_on, DATE '2026-09-30' AS until_on, 45 AS at_most_days_overdue;
CREATE TABLE experiment.members AS
SELECT 'spring' AS experiment, company_id, customer_id, if(customer_id = 'C1', 'as_usual', 'hold_out') AS arm, 'regular' AS segment,
    DATE '2026-03-01' AS assigned_on, FALSE AS is_new
FROM staging.customers;
