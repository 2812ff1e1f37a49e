-- Sums over purchase_lines for sales queries, whose cost then depends on purchases and months, not on lines. The sums
-- are exact at each commit: merge_purchase_lines() adds the rows it writes and subtracts those it replaces. On Redshift
-- these are views.

-- A purchase's lines of one hour (UTC) with the same header. Most purchases have one row. Purchases and customers can
-- be counted.
CREATE TABLE purchase_slices (
    purchase_id    varchar(64) COLLATE "C" NOT NULL,
    hour           timestamp NOT NULL,
    customer_id    varchar(64) COLLATE "C",
    store_id       varchar(64) COLLATE "C",
    country        varchar(64) COLLATE "C",
    currency       varchar(3) COLLATE "C" NOT NULL,
    line_count     bigint NOT NULL,
    returned_lines bigint NOT NULL,
    units          bigint NOT NULL,
    gross          numeric NOT NULL,
    returns        numeric NOT NULL,
    CONSTRAINT purchase_slices_key
        UNIQUE NULLS NOT DISTINCT (purchase_id, hour, currency, country, store_id, customer_id)
);
CREATE INDEX purchase_slices_hour ON purchase_slices (hour);
CREATE INDEX purchase_slices_empty ON purchase_slices (purchase_id) WHERE line_count = 0;

-- A product's lines of one month (UTC), currency, country and store. The description is any one of the product's.
CREATE TABLE product_months (
    month       date NOT NULL,
    product_id  varchar(64) COLLATE "C" NOT NULL,
    store_id    varchar(64) COLLATE "C",
    country     varchar(64) COLLATE "C",
    currency    varchar(3) COLLATE "C" NOT NULL,
    description varchar(500),
    line_count  bigint NOT NULL,
    units       bigint NOT NULL,
    gross       numeric NOT NULL,
    returns     numeric NOT NULL,
    CONSTRAINT product_months_key UNIQUE NULLS NOT DISTINCT (month, product_id, currency, country, store_id)
);
CREATE INDEX product_months_empty ON product_months (month) WHERE line_count = 0;

INSERT INTO purchase_slices (
    purchase_id, hour, customer_id, store_id, country, currency, line_count, returned_lines, units, gross, returns)
SELECT
    purchase_id, date_trunc('hour', purchased_at AT TIME ZONE 'UTC'), customer_id, store_id, country, currency,
    count(*),
    sum(CASE WHEN quantity < 0 THEN 1 ELSE 0 END),
    sum(quantity),
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END),
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END)
FROM purchase_lines
GROUP BY 1, 2, 3, 4, 5, 6;

INSERT INTO product_months (
    month, product_id, store_id, country, currency, description, line_count, units, gross, returns)
SELECT
    CAST(date_trunc('month', purchased_at AT TIME ZONE 'UTC') AS date), product_id, store_id, country, currency,
    max(description),
    count(*),
    sum(quantity),
    sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END),
    sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END)
FROM purchase_lines
GROUP BY 1, 2, 3, 4, 5;

-- For spans other than whole months, for the newest event, and for queries of BI tools by time.
CREATE INDEX purchase_lines_purchased_at ON purchase_lines (purchased_at);
