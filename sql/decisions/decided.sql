-- What a run decided about each open receivable, and the facts it was decided on as one hash: the rows that the
-- decision ledger keeps.
-- Grain: one row per open receivable (company_id, receivable_id), also those that nothing is said about.
-- Units: open_amount in currency, positive. No personal data: ids, codes, days and amounts.
-- facts_hash: the first 32 hex digits of the SHA-256 of what decide.evidence holds of the receivable, and of the facts
-- that put its customer into its segment, written in this order with U+001F between; what is not known is left out,
-- hence the names before what may be unknown. What decide.evidence derives from the rest is left out too;
-- tests/decisions holds the two lists together. JSON would say the same and takes three times as long.
-- Materialized: view
SELECT
    p.strategy_version,
    e.as_of,
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
    left(
        sha256(
            concat_ws(
                chr(31),
                c.facts_hash,
                e.company_id,
                e.receivable_id,
                e.currency,
                e.open_amount,
                e.segment,
                e.assigned::INTEGER
                + 2 * e.insolvent::INTEGER
                + 4 * e.on_hold::INTEGER
                + 8 * e.dunning_block::INTEGER
                + 16 * e.disputed::INTEGER
                + 32 * e.own_duty::INTEGER
                + 64 * e.promised::INTEGER
                + 128 * e.direct_debit_ordered::INTEGER
                + 256 * e.payments_not_fresh::INTEGER
                + 512 * e.opted_out::INTEGER
                + 1024 * e.quiet_day::INTEGER
                + 2048 * e.frequency_cap::INTEGER
                + 4096 * e.no_usable_contact::INTEGER
                + 8192 * e.payment_plan::INTEGER,
                'override_number=' || e.override_number,
                'held_out_by=' || e.held_out_by,
                'held_out_until=' || e.held_out_until,
                'channel=' || e.channel,
                'contact_role=' || e.contact_role,
                'country=' || e.country,
                'ladder=' || e.ladder,
                'unmet_duties=' || e.unmet_duties,
                'hold_ends_on=' || e.hold_ends_on,
                'promised_for=' || e.promised_for,
                'plan_until=' || e.plan_until,
                'debit_until=' || e.debit_until,
                'due_rank=' || e.due_rank,
                'next_rank=' || e.next_rank,
                'next_on=' || e.next_on,
                'newest_booking_on=' || e.newest_booking_on,
                'asked_role=' || e.asked_role,
                'contact_id=' || e.contact_id,
                'claimable_amount=' || e.claimable_amount,
                'credit_amount=' || e.credit_amount,
                'minimum_amount=' || e.minimum_amount,
                'quiet_because=' || e.quiet_because,
                'contacts_in_window=' || e.contacts_in_window,
                'free_on=' || e.free_on
            )
        ),
        32
    ) AS facts_hash
FROM decide.decisions AS d
CROSS JOIN policy.parameters AS p
INNER JOIN decide.evidence AS e ON d.company_id = e.company_id AND d.receivable_id = e.receivable_id
INNER JOIN decisions.customer_facts AS c ON d.company_id = c.company_id AND d.customer_id = c.customer_id
