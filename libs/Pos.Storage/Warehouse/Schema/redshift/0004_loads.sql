-- The counterpart of load_manifest and load_errors on Postgres. Redshift keeps this information for seven days. The
-- data source of a COPY is a manifest of objects. The number of attempts is unknown. The text of a rejected line is in
-- the object.
CREATE VIEW load_manifest AS
SELECT
    data_source AS object,
    loaded_rows AS rows,
    error_count AS errors,
    start_time AS started,
    end_time AS finished,
    CAST(NULL AS integer) AS attempt
FROM sys_load_history
WHERE table_name = 'purchase_lines_landing' AND status = 'completed';

CREATE VIEW load_errors AS
SELECT
    file_name AS object,
    line_number,
    column_name,
    error_message AS reason,
    CAST(NULL AS varchar(1024)) AS raw,
    start_time AS loaded_at
FROM sys_load_error_detail;
