namespace LocalCloud.PostgresCopy;

/// <summary>Tables in which a load is recorded. The warehouse's schema has them.</summary>
internal static class LoadTables
{
    /// <summary>A row for each object that was loaded.</summary>
    public const string Manifest = "load_manifest";

    /// <summary>A row for each line that a load refused.</summary>
    public const string Errors = "load_errors";
}
