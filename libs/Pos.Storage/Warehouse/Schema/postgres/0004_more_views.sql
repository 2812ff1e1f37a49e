-- Grouped by the store of the line's version.
CREATE VIEW sales_by_store AS
SELECT
    store_id,
    currency,
    count(DISTINCT purchase_id) AS purchases,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
GROUP BY 1, 2;

-- One row per returned line. Quantity and net are negative, as in purchase_lines.
CREATE VIEW returns AS
SELECT
    purchase_id, line, customer_id, store_id, purchased_at, country, currency,
    product_id, description, quantity, unit_price,
    quantity * unit_price AS net
FROM purchase_lines
WHERE quantity < 0;

-- One row per customer and currency. Times are those of lines, including returns.
CREATE VIEW customers AS
SELECT
    customer_id,
    currency,
    min(purchased_at) AS first_purchase,
    max(purchased_at) AS last_purchase,
    count(DISTINCT purchase_id) AS purchases,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
WHERE customer_id IS NOT NULL
GROUP BY 1, 2;
