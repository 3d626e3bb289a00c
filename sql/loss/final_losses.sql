-- What became of the money that got beyond 90 days: lost, or received after all.
-- Grain: company, currency, month (its first day) in which the debt was to be taken for lost; months that ended before
-- as_of. Amounts in `currency`.
-- reached_amount: what was open 91 days after its due date; lost_amount: what of it was still open on the day after
-- lost_after_days (loss.parameters). Money that came later still does not undo the loss. What was 91 days late before
-- history_from (loss.dated_amounts) is left out.
-- Materialized: table
WITH aged AS (
    SELECT
        dated.company_id,
        dated.currency,
        date_trunc('month', dated.due_date + (parameters.lost_after_days + 1))::DATE AS month,
        dated.amount,
        dated.exposure_count,
        coalesce(dated.closed_on > dated.due_date + (parameters.lost_after_days + 1), TRUE) AS is_lost
    FROM loss.dated_amounts AS dated
    CROSS JOIN loss.parameters AS parameters
    INNER JOIN run.parameters AS run
        ON last_day(dated.due_date + (parameters.lost_after_days + 1)) < run.as_of
    WHERE
        coalesce(dated.closed_on > dated.due_date + 91, TRUE)
        -- An invoice that is entered long after it fell due has not grown old in the books.
        AND dated.invoice_date <= dated.due_date + 91
        AND dated.due_date + 91 >= dated.history_from
)

SELECT
    company_id,
    currency,
    month,
    sum(amount)::DECIMAL(18, 2) AS reached_amount,
    coalesce(sum(amount) FILTER (WHERE is_lost), 0)::DECIMAL(18, 2) AS lost_amount,
    sum(exposure_count)::BIGINT AS reached_count
FROM aged
GROUP BY company_id, currency, month
