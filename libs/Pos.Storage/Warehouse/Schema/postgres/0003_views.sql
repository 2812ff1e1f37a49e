-- Values are exact (numeric). Amounts of different currencies cannot be added, so currency is part of every view's key.
-- gross is the value sold, returns the value returned (negative), net their sum. Days and months are in UTC.

-- One row per purchase, with the header of its newest version.
CREATE VIEW purchases AS
SELECT
    purchase_id, customer_id, store_id, purchased_at, country, currency,
    line_count, units, gross, returns, net, ingested_at, position
FROM (
    SELECT
        purchase_id, customer_id, store_id, purchased_at, country, currency, ingested_at, position,
        row_number() OVER (PARTITION BY purchase_id ORDER BY position DESC, purchased_at, line) AS newest,
        count(*) OVER (PARTITION BY purchase_id) AS line_count,
        sum(quantity) OVER (PARTITION BY purchase_id) AS units,
        sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) OVER (PARTITION BY purchase_id) AS gross,
        sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) OVER (PARTITION BY purchase_id) AS returns,
        sum(quantity * unit_price) OVER (PARTITION BY purchase_id) AS net
    FROM purchase_lines
) AS posts
WHERE newest = 1;

CREATE VIEW sales_by_day AS
SELECT
    CAST(purchased_at AT TIME ZONE 'UTC' AS date) AS day,
    currency,
    count(DISTINCT purchase_id) AS purchases,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
GROUP BY 1, 2;

CREATE VIEW sales_by_month AS
SELECT
    CAST(date_trunc('month', purchased_at AT TIME ZONE 'UTC') AS date) AS month,
    currency,
    count(DISTINCT purchase_id) AS purchases,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
GROUP BY 1, 2;

-- A product's description changes over time and is sometimes a clerk's note. max() selects any one of them.
CREATE VIEW sales_by_product AS
SELECT
    product_id,
    currency,
    max(description) AS description,
    count(DISTINCT purchase_id) AS purchases,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
GROUP BY 1, 2;

-- Grouped by the country of the line's version.
CREATE VIEW sales_by_country AS
SELECT
    country,
    currency,
    count(DISTINCT purchase_id) AS purchases,
    count(*) AS line_count,
    sum(quantity) AS units,
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns,
    sum(quantity * unit_price) AS net
FROM purchase_lines
GROUP BY 1, 2;
