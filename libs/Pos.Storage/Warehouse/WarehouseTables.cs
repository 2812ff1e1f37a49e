namespace Pos.Storage.Warehouse;

/// <summary>Names in the warehouse's schema, the same in both dialects.</summary>
public static class WarehouseTables
{
    /// <summary>
    /// COPY appends flat rows to this table, one per line of a version. <see cref="MergeProcedure"/> empties it.
    /// </summary>
    public const string Landing = "purchase_lines_landing";

    /// <summary>The newest row of each (purchase_id, line).</summary>
    public const string Lines = "purchase_lines";

    /// <summary>One row per object that a COPY loaded.</summary>
    public const string LoadManifest = "load_manifest";

    /// <summary>One row per line of an object that a COPY refused.</summary>
    public const string LoadErrors = "load_errors";

    /// <summary>Procedure without parameters that moves landed rows into <see cref="Lines"/>.</summary>
    public const string MergeProcedure = "merge_purchase_lines";

    /// <summary>
    /// Procedure without parameters that rebuilds key and rollups of <see cref="Lines"/>. Postgres only.
    /// </summary>
    public const string RebuildProcedure = "rebuild_from_purchase_lines";

    /// <summary>Tables and views for sales queries, BI tools and operators.</summary>
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

    /// <summary>The columns of a COPY into <see cref="Landing"/>, which are the JSON keys of a flat row.</summary>
    public static IReadOnlyList<string> LandingColumns => WarehouseRowWriter.Columns;

    /// <summary><see cref="LandingColumns"/> in the format of Firehose's <c>CopyCommand.DataTableColumns</c>.</summary>
    public static string LandingColumnList { get; } = string.Join(',', LandingColumns);
}
