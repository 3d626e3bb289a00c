-- Contacts to complete, correct or verify, the largest debtors first. The run's worklist has the names and addresses.
-- Grain: one row per company, customer, task, contact and field; priority numbers them (company_id, priority).
-- Units: open_amount in the row's currency, positive.
-- Priority: the customer's place among its currency's debtors, then what keeps a message from arriving before the rest.
-- Materialized: view
SELECT
    t.company_id,
    row_number() OVER (
        PARTITION BY t.company_id
        ORDER BY
            d.place ASC,
            d.currency ASC,
            t.customer_id ASC,
            list_position(
                [
                    'add_contact',
                    'correct_email',
                    'add_email',
                    'correct_phone',
                    'correct_fax',
                    'add_phone',
                    'correct_tax_id',
                    'correct_iban',
                    'add_reminder_role',
                    'verify_again'
                ],
                t.task
            ) ASC,
            t.contact_id ASC NULLS FIRST,
            t.field ASC NULLS FIRST
    ) AS priority,
    t.customer_id,
    t.contact_id,
    t.contact_role,
    t.task,
    t.field,
    t.reason,
    d.currency,
    d.open_amount,
    d.open_receivables,
    t.last_verified_on
FROM parties.tasks AS t
INNER JOIN parties.debtors AS d ON t.company_id = d.company_id AND t.customer_id = d.customer_id
