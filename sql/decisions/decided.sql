-- What a run decided about each open receivable, and the facts it was decided on as one hash: the rows that the
-- decision ledger keeps.
-- Grain: one row per open receivable (company_id, receivable_id), also those that nothing is said about.
-- Units: open_amount in currency, positive. No personal data: ids, codes, days and amounts.
-- facts_hash: the first 32 hex digits of the SHA-256 of the hash of what is known of the customer and the run
-- (decisions.customer_facts) and of what decide.evidence holds of the receivable, written in this order with U+001F
-- between; what is not known is written as nothing, yes and no as one number in which each has a bit. What is known of
-- a recipient and a claim counts where a step is asked for, and facts that most receivables have none of stand together
-- at the end, so that nothing is written for those. What decide.evidence derives from the rest is left out;
-- tests/decisions holds the two lists together.
-- The hash is made before the decisions are joined: the join carries it alone instead of thirty columns.
-- Materialized: view
WITH facts AS (
    SELECT
        e.item_number,
        e.as_of,
        left(
            sha256(
                concat(
                    c.facts_hash,
                    chr(31),
                    e.receivable_id,
                    chr(31),
                    e.currency,
                    chr(31),
                    e.open_amount,
                    chr(31),
                    e.segment,
                    chr(31),
                    e.ladder,
                    chr(31),
                    e.assigned::INTEGER
                    + 2 * e.insolvent::INTEGER
                    + 4 * e.deceased::INTEGER
                    + 8 * e.closed::INTEGER
                    + 16 * e.on_hold::INTEGER
                    + 32 * e.dunning_block::INTEGER
                    + 64 * e.disputed::INTEGER
                    + 128 * e.own_duty::INTEGER
                    + 256 * e.payment_plan::INTEGER
                    + 512 * e.promised::INTEGER
                    + 1024 * e.direct_debit_ordered::INTEGER
                    + 2048 * e.payments_not_fresh::INTEGER
                    + 4096 * e.opted_out::INTEGER
                    + 8192 * e.represented_by_lawyer::INTEGER
                    + 16384 * e.quiet_day::INTEGER
                    + 32768 * e.pay_run::INTEGER
                    + 65536 * e.frequency_cap::INTEGER
                    + 131072 * e.no_usable_contact::INTEGER
                    + 262144 * e.is_vulnerable::INTEGER
                    + 524288 * e.not_announced::INTEGER,
                    chr(31),
                    e.due_rank,
                    chr(31),
                    e.next_rank,
                    chr(31),
                    e.next_on,
                    chr(31),
                    CASE
                        WHEN e.asked_role IS NOT NULL
                            THEN
                                concat(
                                    e.asked_role,
                                    chr(31),
                                    e.channel,
                                    chr(31),
                                    e.contact_role,
                                    chr(31),
                                    e.contact_id,
                                    chr(31),
                                    e.claimable_amount,
                                    chr(31),
                                    e.credit_amount,
                                    chr(31),
                                    e.minimum_amount
                                )
                    END,
                    chr(31),
                    CASE
                        WHEN
                            coalesce(
                                e.hold_ends_on,
                                e.promised_for,
                                e.plan_until,
                                e.debit_until,
                                e.held_out_until,
                                e.pay_run_on,
                                e.announced_on,
                                e.free_on
                            ) IS NOT NULL
                            OR coalesce(e.override_number, e.contacts_in_window) IS NOT NULL
                            OR coalesce(e.unmet_duties, e.held_out_by, e.quiet_because) IS NOT NULL
                            THEN
                                concat(
                                    e.override_number,
                                    chr(31),
                                    e.held_out_by,
                                    chr(31),
                                    e.held_out_until,
                                    chr(31),
                                    e.unmet_duties,
                                    chr(31),
                                    e.hold_ends_on,
                                    chr(31),
                                    e.promised_for,
                                    chr(31),
                                    e.plan_until,
                                    chr(31),
                                    e.debit_until,
                                    chr(31),
                                    e.quiet_because,
                                    chr(31),
                                    e.pay_run_on,
                                    chr(31),
                                    e.announced_on,
                                    chr(31),
                                    e.contacts_in_window,
                                    chr(31),
                                    e.free_on
                                )
                    END
                )
            ),
            32
        ) AS facts_hash
    FROM decide.evidence AS e
    INNER JOIN decisions.customer_facts AS c ON e.company_id = c.company_id AND e.customer_id = c.customer_id
)

SELECT
    p.strategy_version,
    f.as_of,
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
    f.facts_hash
FROM decide.decisions AS d
CROSS JOIN policy.parameters AS p
INNER JOIN facts AS f ON d.item_number = f.item_number
