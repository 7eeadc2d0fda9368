-- Create products, or make them say what is given; a NULL leaves what is there. $4 names new
-- products that were given no name. Changed before created, each in the order of codes, so that two
-- batches sharing some wait for each other instead of deadlocking.
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        AS t (id, code, name, name_if_new, brand, category)
), known AS (
    SELECT p.id FROM products p JOIN given g USING (code) ORDER BY p.code FOR NO KEY UPDATE OF p
), changed AS (
    UPDATE products p
    SET name = coalesce(g.name, p.name), brand = coalesce(g.brand, p.brand), category = coalesce(g.category, p.category)
    FROM given g, known k WHERE g.code = p.code AND k.id = p.id
    RETURNING p.code
)
INSERT INTO products (id, code, name, brand, category, created_at)
SELECT id, code, coalesce(name, name_if_new), coalesce(brand, ''), coalesce(category, ''), $7
FROM given WHERE code NOT IN (SELECT code FROM changed)
ORDER BY code
ON CONFLICT (code) DO NOTHING
