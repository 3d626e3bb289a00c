-- Whom to reach. Grain: one row per contact; 96 customers in 100 have one, every fifth a second one for escalation; 1 e-mail in 20 is missing.
SELECT
    printf('C%07d', c.i) AS customer_id,
    printf('K%07d-%d', c.i, n.n) AS contact_id,
    CASE n.n WHEN 1 THEN 'reminder' ELSE 'escalation' END AS role,
    ['Lucía Arbués', 'Iker Ochoa', 'Inês Sousa', 'Rodrigo Aravena'][1 + roll(2 * c.i + n.n, 'who', 4)] AS name,
    CASE WHEN roll(2 * c.i + n.n, 'mail', 20) > 0 THEN printf('pagos%d@c%07d.example', n.n, c.i) END AS email,
    printf('+34 976 000 %03d', c.i % 1000) AS phone,
    DATE '2026-06-01' - roll(c.i, 'seen', 700) AS last_verified_on
FROM range(getvariable('customers')) AS c (i), range(1, 3) AS n (n)
WHERE roll(c.i, 'reachable', 100) < 96 AND (n.n = 1 OR roll(c.i, 'second', 5) = 0)
