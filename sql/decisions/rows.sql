-- The rows of the decision ledger with the hash that each can be checked by.
-- Grain: one row per open receivable (company_id, receivable_id). row_hash: the first 32 hex digits of the SHA-256 of
-- the other columns, written in this order with U+001F between; what is empty is left out, hence the names before what
-- may be. `puntual check` makes the same of the rows that were kept.
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
            concat_ws(
                chr(31),
                strategy_version,
                as_of,
                company_id,
                customer_id,
                receivable_id,
                currency,
                open_amount,
                segment,
                'ladder=' || ladder,
                decision,
                reason,
                'next_action_on=' || next_action_on,
                'step=' || step,
                'purpose=' || purpose,
                'tone=' || tone,
                'channel=' || channel,
                'contact_role=' || contact_role,
                'contact_id=' || contact_id,
                needs_approval,
                facts_hash
            )
        ),
        32
    ) AS row_hash
FROM decisions.decided
