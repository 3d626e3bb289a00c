-- The rules by which money is laid on receivables, surest first, and how much each is to be trusted.
-- Grain: rule. confidence, 0 to 1, orders the work of whoever checks allocations. It is set, not fitted: at or under
-- the share of right allocations on ledgers whose truth is known (docs/allocation.md), which are made up.
-- Materialized: view
SELECT
    unnest(
        ['receivable', 'document', 'cleared', 'reference', 'exact_amount', 'amount_and_customer', 'oldest_first']
    ) AS rule,
    unnest([1.00, 1.00, 1.00, 0.95, 0.90, 0.85, 0.30])::DOUBLE AS confidence
