namespace LocalCloud.Tables.Requests;

/// <summary>Reads table ARNs, which operations accept in place of names.</summary>
internal static class TableArn
{
    private const string Resource = ":table/";

    /// <summary>Returns the table name in an ARN; returns any other text unchanged.</summary>
    public static string? NameOf(string? nameOrArn)
    {
        if (nameOrArn is null || !nameOrArn.StartsWith("arn:", StringComparison.Ordinal))
            return nameOrArn;
        var at = nameOrArn.IndexOf(Resource, StringComparison.Ordinal);
        return at < 0 ? nameOrArn : nameOrArn[(at + Resource.Length)..];
    }
}
