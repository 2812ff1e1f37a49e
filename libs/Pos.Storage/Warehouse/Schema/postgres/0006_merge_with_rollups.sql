-- Moves landed rows into purchase_lines and the rollups. Of each (purchase_id, line), the row with the greatest
-- position stays, in whatever order the rows arrive. The cost depends on the number of landed rows. Repeating a merge,
-- or merging the same rows again, changes nothing.
CREATE OR REPLACE PROCEDURE merge_purchase_lines()
LANGUAGE plpgsql
SET work_mem = '64MB' -- sorts the rows of a large COPY in memory
SET jit = off
-- Finds replaced rows by key, like the insert does. Another join would read the whole table, and a plan from when the
-- table was small would stay in use.
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
AS $$
BEGIN
    -- One merge at a time: two merges that insert the same lines in different orders could deadlock, and each has to
    -- see the rows that the other replaced.
    PERFORM pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0));

    -- One statement has one snapshot, so it inserts exactly the rows that it deletes. Rows of a COPY that commits
    -- meanwhile stay for the next merge.
    WITH seen AS (
        DELETE FROM purchase_lines_landing RETURNING *
    ), newest AS (
        SELECT DISTINCT ON (purchase_id, line) *
        FROM seen
        ORDER BY purchase_id, line, position DESC
    ), replaced AS (
        SELECT stored.*
        FROM newest
        JOIN purchase_lines AS stored ON stored.purchase_id = newest.purchase_id AND stored.line = newest.line
        WHERE newest.position > stored.position
    ), written AS (
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
        WHERE excluded.position > stored.position -- equal: the same row, delivered again
        RETURNING stored.*
    ), changes AS (
        SELECT 1 AS sign, * FROM written
        UNION ALL
        SELECT -1, * FROM replaced
    ), slices AS (
        INSERT INTO purchase_slices AS known (
            purchase_id, hour, customer_id, store_id, country, currency,
            line_count, returned_lines, units, gross, returns)
        SELECT
            purchase_id, date_trunc('hour', purchased_at AT TIME ZONE 'UTC'), customer_id, store_id, country, currency,
            sum(sign),
            sum(CASE WHEN quantity < 0 THEN sign ELSE 0 END),
            sum(sign * quantity),
            sum(CASE WHEN quantity > 0 THEN sign * quantity * unit_price ELSE 0 END),
            sum(CASE WHEN quantity < 0 THEN sign * quantity * unit_price ELSE 0 END)
        FROM changes
        GROUP BY 1, 2, 3, 4, 5, 6
        ON CONFLICT ON CONSTRAINT purchase_slices_key DO UPDATE SET
            line_count = known.line_count + excluded.line_count,
            returned_lines = known.returned_lines + excluded.returned_lines,
            units = known.units + excluded.units,
            gross = known.gross + excluded.gross,
            returns = known.returns + excluded.returns
    )
    INSERT INTO product_months AS known (
        month, product_id, store_id, country, currency, description, line_count, units, gross, returns)
    SELECT
        CAST(date_trunc('month', purchased_at AT TIME ZONE 'UTC') AS date), product_id, store_id, country, currency,
        max(CASE WHEN sign = 1 THEN description END),
        sum(sign),
        sum(sign * quantity),
        sum(CASE WHEN quantity > 0 THEN sign * quantity * unit_price ELSE 0 END),
        sum(CASE WHEN quantity < 0 THEN sign * quantity * unit_price ELSE 0 END)
    FROM changes
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT ON CONSTRAINT product_months_key DO UPDATE SET
        description = coalesce(excluded.description, known.description),
        line_count = known.line_count + excluded.line_count,
        units = known.units + excluded.units,
        gross = known.gross + excluded.gross,
        returns = known.returns + excluded.returns;

    -- Rows become empty when their lines move to another hour, header or product. Both tables have an index of empty
    -- rows.
    DELETE FROM purchase_slices WHERE line_count = 0;
    DELETE FROM product_months WHERE line_count = 0;

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
