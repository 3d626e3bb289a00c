-- The customers of the benchmark's ledger. Grain: one row per customer, variable `customers` of them.
SELECT
    printf('C%07d', c.i) AS customer_id,
    printf(
        '%s %s %d, %s',
        ['Talleres', 'Construcciones', 'Bodegas', 'Montajes', 'Químicas', 'Áridos'][1 + roll(c.i, 'trade', 6)],
        ['Valdenogal', 'Montequejigo', 'Riberaclara', 'Peñabrava', 'Sotosabina'][1 + roll(c.i, 'place', 5)],
        c.i,
        ['S.L.', 'S.A.', 'SpA', 'S.A.S.'][1 + roll(c.i, 'form', 4)]
    ) AS name,
    ['ES', 'ES', 'ES', 'MX', 'CL', 'PT'][1 + roll(c.i, 'country', 6)] AS country,
    CASE WHEN roll(c.i, 'country', 6) = 5 THEN 'pt' ELSE 'es' END AS language,
    ['construction', 'agrifood', 'water', 'mining', 'energy', 'automotive'][1 + roll(c.i, 'sector', 6)] AS sector,
    ['norte', 'sur', 'centro', 'levante'][1 + roll(c.i, 'zone', 4)] AS zone,
    ['A', 'B', 'B', 'C', 'C', 'C'][1 + roll(c.i, 'class', 6)] AS customer_class,
    CASE WHEN roll(c.i, 'watch', 50) = 0 THEN 'watch' ELSE 'normal' END AS financial_situation,
    terms_of(c.i) AS payment_terms_days,
    5000 * (1 + roll(c.i, 'limit', 40)) AS credit_limit,
    'EUR' AS credit_currency,
    DATE '2024-12-01' - roll(c.i, 'since', 3000) AS customer_since
FROM range(getvariable('customers')) AS c (i)
