-- The source of sales queries. On Postgres these are tables that the merge updates; Redshift sums its columns fast
-- enough.

CREATE VIEW purchase_slices AS
SELECT
    purchase_id,
    date_trunc('hour', purchased_at AT TIME ZONE 'UTC') AS hour,
    customer_id, store_id, country, currency,
    count(*) AS line_count,
    sum(CASE WHEN quantity < 0 THEN 1 ELSE 0 END) AS returned_lines,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns
FROM purchase_lines
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE VIEW product_months AS
SELECT
    CAST(date_trunc('month', purchased_at AT TIME ZONE 'UTC') AS date) AS month,
    product_id, store_id, country, currency,
    max(description) AS description,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns
FROM purchase_lines
GROUP BY 1, 2, 3, 4, 5;
