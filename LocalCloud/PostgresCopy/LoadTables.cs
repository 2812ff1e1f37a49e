namespace LocalCloud.PostgresCopy;

/// <summary>Names of the tables that record loads. The warehouse's schema must have them.</summary>
internal static class LoadTables
{
    /// <summary>The table with a row for each loaded object.</summary>
    public const string Manifest = "load_manifest";

    /// <summary>The table with a row for each rejected line.</summary>
    public const string Errors = "load_errors";
}
