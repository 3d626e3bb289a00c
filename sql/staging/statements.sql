-- The day that each landed file of receivables speaks of, as far as it can be known.
-- Grain: source, file. stated_on: an export does not say which day it speaks of; the best evidence is the newest
-- invoice of the same file, issued by as_of.
-- Materialized: table
SELECT
    receivables.source,
    receivables.file,
    max(receivables.invoice_date) AS stated_on
FROM landing.receivables AS receivables
INNER JOIN run.parameters AS run ON receivables.invoice_date <= run.as_of
GROUP BY receivables.source, receivables.file
