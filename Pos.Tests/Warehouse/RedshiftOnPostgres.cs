using System.Text.RegularExpressions;
using Pos.Storage.Warehouse;

namespace Pos.Tests.Warehouse;

/// <summary>
/// Converts Redshift's scripts for Postgres: removes clauses that only Redshift has, and adds stand-ins for its system
/// views. The rest, such as the merge and the views, is unchanged and passes the same tests as Postgres's scripts.
/// </summary>
internal static partial class RedshiftOnPostgres
{
    private const string SystemViews = """
        CREATE TABLE sys_load_history (
            table_name text, status text, data_source text, loaded_rows bigint, error_count bigint,
            start_time timestamp, end_time timestamp);
        CREATE TABLE sys_load_error_detail (
            file_name char(256), line_number bigint, column_name char(127), error_message char(512),
            start_time timestamp);
        """;

    public static string Schema { get; } =
        SystemViews
        + string.Join(
            '\n',
            WarehouseSchema
                .Scripts(WarehouseDialect.Redshift)
                // Groups belong to the whole server.
                .Where(script => !script.Name.EndsWith("_readers.sql", StringComparison.Ordinal))
                .Select(script => Translate(script.Sql))
        );

    private static string Translate(string sql) =>
        Clauses()
            .Replace(sql, "")
            .Replace("IDENTITY(1, 1)", "GENERATED ALWAYS AS IDENTITY", StringComparison.Ordinal)
            .Replace("getdate()", "now()", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(DISTKEY|SORTKEY) \([a-z_]+\)")]
    private static partial Regex Clauses();
}
