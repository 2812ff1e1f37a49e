-- A row of landing and of purchase_lines is one line of one post of a purchase, with the post's header repeated.
-- "position" orders the posts of a purchase (stream order); its text order is C's, whatever the database's collation.

-- What COPY appends to. NOT NULL is all that it enforces (Redshift, too, enforces nothing else): a row without one of these could never merge.
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

-- One row a COPY, written in the COPY's own transaction: an object that is here is loaded, and is never loaded again.
CREATE TABLE load_manifest (
    object   varchar(1200) NOT NULL PRIMARY KEY, -- s3://bucket/key
    rows     bigint NOT NULL,                    -- loaded
    errors   bigint NOT NULL,                    -- refused, each in load_errors
    started  timestamptz NOT NULL,
    finished timestamptz NOT NULL,
    attempt  integer NOT NULL                    -- 1 when the first try went through
);

-- The rows that a COPY refused.
CREATE TABLE load_errors (
    object      varchar(1200) NOT NULL,
    line_number bigint NOT NULL,  -- in the object, from 1
    column_name varchar(127),     -- null: the line as a whole
    reason      varchar(1000) NOT NULL,
    raw         text NOT NULL,    -- the line's text, its end cut beyond 16 KiB; the exact bytes are the object's
    loaded_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (object, line_number)
);
