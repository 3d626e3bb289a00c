-- The rows of the decision ledger with the hash that each can be checked by.
-- Grain: one row per open receivable (company_id, receivable_id). row_hash: the first 32 hex digits of the SHA-256 of
-- the other columns, written in this order with U+001F between; what is empty is written as nothing, and its U+001F
-- stays. `puntual check` makes the same of the rows that were kept.
-- Materialized: view
SELECT
    strategy_version,
    as_of,
    company_id,
    customer_id,
    receivable_id,
    currency,
    open_amount,
    segment,
    ladder,
    decision,
    reason,
    next_action_on,
    step,
    purpose,
    tone,
    channel,
    contact_role,
    contact_id,
    needs_approval,
    facts_hash,
    left(
        sha256(
            concat(
                strategy_version,
                chr(31),
                as_of,
                chr(31),
                company_id,
                chr(31),
                customer_id,
                chr(31),
                receivable_id,
                chr(31),
                currency,
                chr(31),
                open_amount,
                chr(31),
                segment,
                chr(31),
                ladder,
                chr(31),
                decision,
                chr(31),
                reason,
                chr(31),
                next_action_on,
                chr(31),
                step,
                chr(31),
                purpose,
                chr(31),
                tone,
                chr(31),
                channel,
                chr(31),
                contact_role,
                chr(31),
                contact_id,
                chr(31),
                needs_approval,
                chr(31),
                facts_hash
            )
        ),
        32
    ) AS row_hash
FROM decisions.decided
