-- Moves what has landed into purchase_lines: of each (purchase_id, line) the row of the greatest position stays, whatever the order of arrival.
-- Costs by the rows that landed. Calling it again, or with rows that came before, changes nothing.
CREATE PROCEDURE merge_purchase_lines()
LANGUAGE plpgsql
SET work_mem = '64MB' -- the rows of a large COPY are sorted in memory
AS $$
BEGIN
    -- One merge at a time: two that insert the same new lines in different orders could deadlock.
    PERFORM pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0));

    -- One statement, one snapshot: what it inserts is what it removes. Rows of a COPY that commits meanwhile stay for the next merge.
    WITH seen AS (
        DELETE FROM purchase_lines_landing RETURNING *
    ), newest AS (
        SELECT DISTINCT ON (purchase_id, line) *
        FROM seen
        ORDER BY purchase_id, line, position DESC
    )
    INSERT INTO purchase_lines AS stored (
        purchase_id, line, customer_id, store_id, purchased_at, country, currency,
        product_id, description, quantity, unit_price, ingested_at, position)
    SELECT
        purchase_id, line, customer_id, store_id, purchased_at, country, currency,
        product_id, description, quantity, unit_price, ingested_at, position
    FROM newest
    ON CONFLICT (purchase_id, line) DO UPDATE SET
        customer_id = excluded.customer_id,
        store_id = excluded.store_id,
        purchased_at = excluded.purchased_at,
        country = excluded.country,
        currency = excluded.currency,
        product_id = excluded.product_id,
        description = excluded.description,
        quantity = excluded.quantity,
        unit_price = excluded.unit_price,
        ingested_at = excluded.ingested_at,
        position = excluded.position
    WHERE excluded.position > stored.position; -- equal is a redelivery of the same row

    -- Deleted rows take space until a vacuum, and every merge would read past them. Emptying the file is quicker, where nobody
    -- is about to write to it. Read committed only: an older snapshot would not see rows that landed since.
    IF pg_relation_size('purchase_lines_landing') > 16 * 1024 * 1024 AND current_setting('transaction_isolation') = 'read committed' THEN
        BEGIN
            LOCK TABLE purchase_lines_landing IN ACCESS EXCLUSIVE MODE NOWAIT;
            IF NOT EXISTS (SELECT FROM purchase_lines_landing) THEN
                TRUNCATE purchase_lines_landing;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            NULL; -- a COPY is writing: the next merge, or autovacuum, will do it
        END;
    END IF;
END
$$;
