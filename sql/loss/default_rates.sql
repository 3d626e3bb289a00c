-- Roll rates for a company without history of its own: those of the published example of a provision matrix (balances
-- of 100,000, 50,000, 23,000, 8,000 and 2,000 from bucket to bucket; scribd 727588826, ifrscommunity), whose loss rates
-- are 2, 4, 8.6957, 25 and 100 %. What gets beyond 90 days is taken for lost there.
-- Grain: bucket. roll_rate: share 0-1 of a bucket's balance that gets into the next one; the last one's next is lost.
-- bucket: by due date, the right end included, as in staging.open_receivables.
-- Materialized: view
SELECT
    rates.bucket_rank::INTEGER AS bucket_rank,
    rates.bucket,
    rates.next_bucket,
    rates.roll_rate::DOUBLE AS roll_rate
FROM (
    VALUES
    (1, 'current', '1-30', 50000 / 100000),
    (2, '1-30', '31-60', 23000 / 50000),
    (3, '31-60', '61-90', 8000 / 23000),
    (4, '61-90', '90+', 2000 / 8000),
    (5, '90+', 'lost', 1)
) AS rates (bucket_rank, bucket, next_bucket, roll_rate)
