-- A row of purchase_lines_landing and purchase_lines is one line of one version of a purchase, with its header.
-- "position" orders the versions of a purchase (stream order). VARCHAR counts bytes here, up to four per character.

-- COPY appends to this table. NOT NULL is the only constraint that Redshift enforces: a row without these columns could
-- never be merged.
CREATE TABLE purchase_lines_landing (
    landing_id   bigint IDENTITY(1, 1),
    loaded_at    timestamptz DEFAULT getdate(),
    purchase_id  varchar(64) NOT NULL,
    line         integer NOT NULL,
    customer_id  varchar(256),
    store_id     varchar(256),
    purchased_at timestamptz NOT NULL,
    country      varchar(256),
    currency     varchar(3) NOT NULL,
    product_id   varchar(256) NOT NULL,
    description  varchar(2000),
    quantity     integer NOT NULL,
    unit_price   numeric(18, 4) NOT NULL,
    ingested_at  timestamptz NOT NULL,
    position     varchar(80) NOT NULL
)
DISTKEY (purchase_id)
SORTKEY (landing_id);

-- Redshift does not enforce the primary key; merge_purchase_lines() ensures it.
CREATE TABLE purchase_lines (
    purchase_id  varchar(64) NOT NULL,
    line         integer NOT NULL,
    customer_id  varchar(256),
    store_id     varchar(256),
    purchased_at timestamptz NOT NULL,
    country      varchar(256),
    currency     varchar(3) NOT NULL,
    product_id   varchar(256) NOT NULL,
    description  varchar(2000),
    quantity     integer NOT NULL,
    unit_price   numeric(18, 4) NOT NULL,
    ingested_at  timestamptz NOT NULL,
    position     varchar(80) NOT NULL,
    PRIMARY KEY (purchase_id, line)
)
DISTKEY (purchase_id)
SORTKEY (purchased_at);
