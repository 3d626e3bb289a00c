-- What is said of each reminded receivable by each channel, and in which message.
-- Grain: one row per reminded receivable and channel (company_id, receivable_id, channel). Units: open_amount positive.
-- place: 1 for the channel that the decision names, then the others of the step. step: the receivable's own;
-- message_segment, message_ladder and message_rank are those of the highest step, which names the message.
-- Materialized: view
SELECT
    m.reminder_key,
    i.company_id,
    i.customer_id,
    i.receivable_id,
    s.currency,
    s.open_amount,
    h.step,
    s.channel,
    s.place,
    s.contact_role,
    s.contact_id,
    s.needs_approval,
    m.segment AS message_segment,
    m.ladder AS message_ladder,
    m.step_rank AS message_rank
FROM decide.sayings AS s
INNER JOIN decide.messages AS m
    ON
        s.customer_number = m.customer_number
        AND s.contact_role = m.contact_role
        AND s.channel = m.channel
        AND s.currency = m.currency
        AND s.family = m.family
INNER JOIN decide.heights AS h ON s.height = h.height
INNER JOIN decide.items AS i ON s.item_number = i.rowid
