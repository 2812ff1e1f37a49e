-- Moves landed rows into purchase_lines. Of each (purchase_id, line), the row with the greatest position stays, in
-- whatever order the rows arrive. Reads the landed rows and two columns of the stored lines: a column store has no
-- index, but the join is local by DISTKEY. purchased_at cannot narrow it, as a correction may change it. Runs as one
-- set-based transaction, without ON CONFLICT (Redshift lacks it) and without MERGE (which cannot compare positions).
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

    -- Deletes by id: rows of a COPY that commits meanwhile stay for the next merge.
    DELETE FROM purchase_lines_landing
    USING merge_seen AS seen
    WHERE purchase_lines_landing.landing_id = seen.landing_id;

    DROP TABLE merge_seen;
END;
$$ LANGUAGE plpgsql;
