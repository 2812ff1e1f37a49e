-- Moves landed rows into purchase_lines. Of each (purchase_id, line), the row with the greatest position stays, in
-- whatever order the rows arrive. The cost depends on the number of landed rows. Repeating a merge, or merging the same
-- rows again, changes nothing.
CREATE PROCEDURE merge_purchase_lines()
LANGUAGE plpgsql
SET work_mem = '64MB' -- sorts the rows of a large COPY in memory
AS $$
BEGIN
    -- One merge at a time: two merges that insert the same lines in different orders could deadlock.
    PERFORM pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0));

    -- One statement has one snapshot, so it inserts exactly the rows that it deletes. Rows of a COPY that commits
    -- meanwhile stay for the next merge.
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
    WHERE excluded.position > stored.position; -- equal: the same row, delivered again

    -- Deleted rows take space until a vacuum, and every merge would read past them. TRUNCATE is quicker, if nothing is
    -- writing to the table. Read committed only: an older snapshot would not see rows that landed since.
    IF pg_relation_size('purchase_lines_landing') > 16 * 1024 * 1024
       AND current_setting('transaction_isolation') = 'read committed' THEN
        BEGIN
            LOCK TABLE purchase_lines_landing IN ACCESS EXCLUSIVE MODE NOWAIT;
            IF NOT EXISTS (SELECT FROM purchase_lines_landing) THEN
                TRUNCATE purchase_lines_landing;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            NULL; -- A COPY is writing. The next merge or autovacuum frees the space.
        END;
    END IF;
END
$$;
