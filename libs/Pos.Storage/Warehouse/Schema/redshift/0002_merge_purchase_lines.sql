-- Moves what has landed into purchase_lines: of each (purchase_id, line) the row of the greatest position stays, whatever the order of arrival.
-- Costs by the rows that landed, and a look at two columns of the lines that are stored (a column store has no index; the join is local by
-- DISTKEY, and purchased_at would not do to narrow it: a correction may change it). One transaction, set-based, without ON CONFLICT (Redshift has none) and without MERGE (which cannot compare positions).
CREATE OR REPLACE PROCEDURE merge_purchase_lines()
AS $$
BEGIN
    LOCK TABLE purchase_lines; -- one merge at a time

    DROP TABLE IF EXISTS merge_seen;
    CREATE TEMP TABLE merge_seen DISTKEY (purchase_id) AS
    SELECT
        landing_id, purchase_id, line, customer_id, store_id, purchased_at, country, currency,
        product_id, description, quantity, unit_price, ingested_at, position,
        row_number() OVER (PARTITION BY purchase_id, line ORDER BY position DESC, landing_id DESC) AS newest
    FROM purchase_lines_landing;

    DELETE FROM purchase_lines
    USING merge_seen AS seen
    WHERE seen.newest = 1
      AND purchase_lines.purchase_id = seen.purchase_id
      AND purchase_lines.line = seen.line
      AND purchase_lines.position < seen.position;

    INSERT INTO purchase_lines (
        purchase_id, line, customer_id, store_id, purchased_at, country, currency,
        product_id, description, quantity, unit_price, ingested_at, position)
    SELECT
        seen.purchase_id, seen.line, seen.customer_id, seen.store_id, seen.purchased_at, seen.country, seen.currency,
        seen.product_id, seen.description, seen.quantity, seen.unit_price, seen.ingested_at, seen.position
    FROM merge_seen AS seen
    LEFT JOIN purchase_lines AS stored ON stored.purchase_id = seen.purchase_id AND stored.line = seen.line
    WHERE seen.newest = 1 AND stored.purchase_id IS NULL;

    -- By number, not all: rows of a COPY that commits meanwhile stay for the next merge.
    DELETE FROM purchase_lines_landing
    USING merge_seen AS seen
    WHERE purchase_lines_landing.landing_id = seen.landing_id;

    DROP TABLE merge_seen;
END;
$$ LANGUAGE plpgsql;
