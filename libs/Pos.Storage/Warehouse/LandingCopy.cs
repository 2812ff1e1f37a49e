namespace Pos.Storage.Warehouse;

/// <summary>
/// Defines how Firehose loads staged objects: <c>COPY Table (Columns) FROM … Options</c>. LocalCloud and Redshift use
/// the same definition.
/// </summary>
public static class LandingCopy
{
    /// <summary>The table that COPY appends to.</summary>
    public const string Table = WarehouseTables.Landing;

    /// <summary>NDJSON whose keys are the columns, compressed, ISO 8601 times.</summary>
    public const string Options = "JSON 'auto' GZIP TIMEFORMAT 'auto'";

    /// <summary>
    /// Time for which a failing COPY is retried. Afterwards its manifest is under <see cref="ErrorPrefix"/>.
    /// </summary>
    public static readonly TimeSpan RetryDuration = TimeSpan.FromHours(1);

    /// <summary>Prefix of manifests of skipped objects in the staging bucket.</summary>
    public const string ErrorPrefix = "errors/manifests/";

    /// <summary>The columns in the format of <c>CopyCommand.DataTableColumns</c>.</summary>
    public static string Columns => WarehouseTables.LandingColumnList;
}
