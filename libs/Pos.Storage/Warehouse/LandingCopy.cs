namespace Pos.Storage.Warehouse;

/// <summary>
/// How Firehose loads what it staged: <c>COPY Table (Columns) FROM … Options</c>. The same for a local stand-in and for
/// Redshift.
/// </summary>
public static class LandingCopy
{
    /// <summary>Where COPY appends.</summary>
    public const string Table = WarehouseTables.Landing;

    /// <summary>NDJSON whose keys are the columns, compressed, ISO 8601 times.</summary>
    public const string Options = "JSON 'auto' GZIP TIMEFORMAT 'auto'";

    /// <summary>
    /// How long a COPY that fails is tried again; then its manifest is under <see cref="ErrorPrefix"/>.
    /// </summary>
    public static readonly TimeSpan RetryDuration = TimeSpan.FromHours(1);

    /// <summary>Prefix of the staging bucket for what could not be loaded.</summary>
    public const string ErrorPrefix = "errors/manifests/";

    /// <summary>The columns as <c>CopyCommand.DataTableColumns</c> takes them.</summary>
    public static string Columns => WarehouseTables.LandingColumnList;
}
