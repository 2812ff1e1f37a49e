namespace LocalCloud.Tables.Requests;

/// <summary>Operations take a table's ARN in place of its name.</summary>
internal static class TableArn
{
    private const string Resource = ":table/";

    /// <summary>Returns the name that an ARN ends with; any other text as it is.</summary>
    public static string? NameOf(string? nameOrArn)
    {
        if (nameOrArn is null || !nameOrArn.StartsWith("arn:", StringComparison.Ordinal))
            return nameOrArn;
        var at = nameOrArn.IndexOf(Resource, StringComparison.Ordinal);
        return at < 0 ? nameOrArn : nameOrArn[(at + Resource.Length)..];
    }
}
