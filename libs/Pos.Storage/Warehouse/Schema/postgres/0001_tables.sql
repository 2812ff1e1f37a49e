-- A row of purchase_lines_landing and purchase_lines is one line of one version of a purchase, with its header.
-- "position" orders the versions of a purchase (stream order). Collation "C" makes its text order independent of the
-- database's collation.

-- COPY appends to this table. NOT NULL is the only constraint, as on Redshift: a row without these columns could never
-- be merged.
CREATE TABLE purchase_lines_landing (
    landing_id   bigint GENERATED ALWAYS AS IDENTITY,
    loaded_at    timestamptz NOT NULL DEFAULT now(),
    purchase_id  varchar(64) COLLATE "C" NOT NULL,
    line         integer NOT NULL,
    customer_id  varchar(64),
    store_id     varchar(64),
    purchased_at timestamptz NOT NULL,
    country      varchar(64),
    currency     varchar(3) NOT NULL,
    product_id   varchar(64) NOT NULL,
    description  varchar(500),
    quantity     integer NOT NULL,
    unit_price   numeric(18, 4) NOT NULL,
    ingested_at  timestamptz NOT NULL,
    position     varchar(80) COLLATE "C" NOT NULL
);

CREATE TABLE purchase_lines (
    purchase_id  varchar(64) COLLATE "C" NOT NULL,
    line         integer NOT NULL,
    customer_id  varchar(64),
    store_id     varchar(64),
    purchased_at timestamptz NOT NULL,
    country      varchar(64),
    currency     varchar(3) NOT NULL,
    product_id   varchar(64) NOT NULL,
    description  varchar(500),
    quantity     integer NOT NULL,
    unit_price   numeric(18, 4) NOT NULL,
    ingested_at  timestamptz NOT NULL,
    position     varchar(80) COLLATE "C" NOT NULL,
    PRIMARY KEY (purchase_id, line)
);

-- One row per COPY, written in the COPY's transaction: an object in this table is loaded and is never loaded again.
CREATE TABLE load_manifest (
    object   varchar(1200) NOT NULL PRIMARY KEY, -- s3://bucket/key
    rows     bigint NOT NULL,                    -- loaded
    errors   bigint NOT NULL,                    -- rejected, each in load_errors
    started  timestamptz NOT NULL,
    finished timestamptz NOT NULL,
    attempt  integer NOT NULL                    -- 1 when the first attempt succeeded
);

-- The rows that a COPY rejected.
CREATE TABLE load_errors (
    object      varchar(1200) NOT NULL,
    line_number bigint NOT NULL,  -- in the object, from 1
    column_name varchar(127),     -- null: the line as a whole
    reason      varchar(1000) NOT NULL,
    raw         text NOT NULL,    -- the line's text, truncated after 16 KiB; the object has the exact bytes
    loaded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (object, line_number)
);
