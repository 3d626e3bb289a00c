-- How the rows of the receivables' files get into the landing.
-- Grain: one row. Counts are rows: file_rows = landed_rows + quarantined_rows + duplicate_rows. What of a file is
-- no row of the contract (titles, subtotals) was set aside before and is not counted.
-- Materialized: table
SELECT
    coalesce(sum(rows_in), 0)::BIGINT AS file_rows,
    coalesce(sum(landed), 0)::BIGINT AS landed_rows,
    coalesce(sum(quarantined), 0)::BIGINT AS quarantined_rows,
    coalesce(sum(duplicates), 0)::BIGINT AS duplicate_rows
FROM landing.files
WHERE contract = 'receivables'
