namespace Pos.Storage.Warehouse;

/// <summary>Names in the warehouse's schema, the same in both dialects.</summary>
public static class WarehouseTables
{
    /// <summary>
    /// Where COPY appends flat rows, one per line of a post; emptied by <see cref="MergeProcedure"/>.
    /// </summary>
    public const string Landing = "purchase_lines_landing";

    /// <summary>The newest row of each (purchase_id, line).</summary>
    public const string Lines = "purchase_lines";

    /// <summary>One row per object that a COPY loaded.</summary>
    public const string LoadManifest = "load_manifest";

    /// <summary>One row per line of an object that a COPY refused.</summary>
    public const string LoadErrors = "load_errors";

    /// <summary>Procedure without parameters that moves what has landed into <see cref="Lines"/>.</summary>
    public const string MergeProcedure = "merge_purchase_lines";

    /// <summary>
    /// Procedure without parameters, of Postgres only, that makes anew what hangs on <see cref="Lines"/>: key and
    /// rollups.
    /// </summary>
    public const string RebuildProcedure = "rebuild_from_purchase_lines";

    /// <summary>Tables and views that are asked: by sales questions, by BI tools, by operators.</summary>
    public static IReadOnlyList<string> Readable { get; } =
    [
        Lines,
        "purchases",
        "returns",
        "customers",
        "sales_by_day",
        "sales_by_month",
        "sales_by_product",
        "sales_by_country",
        "sales_by_store",
        "purchase_slices",
        "product_months",
        LoadManifest,
        LoadErrors,
    ];

    /// <summary>The columns a COPY into <see cref="Landing"/> names: the keys of a flat row's JSON.</summary>
    public static IReadOnlyList<string> LandingColumns => WarehouseRowWriter.Columns;

    /// <summary><see cref="LandingColumns"/> as Firehose's <c>CopyCommand.DataTableColumns</c> takes them.</summary>
    public static string LandingColumnList { get; } = string.Join(',', LandingColumns);
}
