using System.Text.RegularExpressions;

namespace LocalCloud.PostgresCopy;

/// <summary>The table and columns of a COPY, as in Firehose's <c>CopyCommand</c>.</summary>
public sealed partial record LoadTable
{
    private LoadTable(string name, IReadOnlyList<string> columns) => (Name, Columns) = (name, columns);

    /// <summary>The quoted name of the table, with its schema if it was given.</summary>
    public string Name { get; }

    /// <summary>Columns to load; empty for all columns of the table.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Parses the names of the table and its columns.</summary>
    /// <param name="table"><c>DataTableName</c>: TABLE or SCHEMA.TABLE, unquoted.</param>
    /// <param name="columns"><c>DataTableColumns</c>: comma-separated; null or empty for all.</param>
    /// <exception cref="FormatException">A name is invalid.</exception>
    public static LoadTable Parse(string? table, string? columns)
    {
        if (table is null || !TableName().IsMatch(table))
            throw new FormatException($"DataTableName '{table}' must be TABLE or SCHEMA.TABLE, in lower case.");
        var names = (columns ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.FirstOrDefault(name => !ColumnName().IsMatch(name)) is { } bad)
            throw new FormatException($"DataTableColumns has '{bad}', which is not a valid column name.");
        return new LoadTable(string.Join('.', table.Split('.').Select(part => $"\"{part}\"")), names);
    }

    // Both dialects convert unquoted names to lower case.
    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?\z")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*\z")]
    private static partial Regex ColumnName();
}
