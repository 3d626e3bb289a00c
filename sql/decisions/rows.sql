-- The rows of the decision ledger with the hash that each can be checked by.
-- Grain: one row per open receivable (company_id, receivable_id). row_hash: the first 32 hex digits of the SHA-256 of
-- the whole row of decisions.decided as JSON. `puntual check` makes the same of the rows that were kept.
-- Materialized: view
SELECT
    d.strategy_version,
    d.as_of,
    d.company_id,
    d.customer_id,
    d.receivable_id,
    d.currency,
    d.open_amount,
    d.segment,
    d.ladder,
    d.decision,
    d.reason,
    d.next_action_on,
    d.step,
    d.purpose,
    d.tone,
    d.channel,
    d.contact_role,
    d.contact_id,
    d.needs_approval,
    d.reminder_key,
    d.facts_hash,
    left(sha256(to_json(d)), 32) AS row_hash
FROM decisions.decided AS d
