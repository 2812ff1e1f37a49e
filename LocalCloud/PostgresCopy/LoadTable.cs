using System.Text.RegularExpressions;

namespace LocalCloud.PostgresCopy;

/// <summary>What a COPY fills, as Firehose's <c>CopyCommand</c> names it.</summary>
public sealed partial record LoadTable
{
    private LoadTable(string name, IReadOnlyList<string> columns) => (Name, Columns) = (name, columns);

    /// <summary>The table, perhaps with its schema, quoted.</summary>
    public string Name { get; }

    /// <summary>Columns that COPY names; empty for all that the table has.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <param name="table"><c>DataTableName</c>: TABLE or SCHEMA.TABLE, unquoted.</param>
    /// <param name="columns"><c>DataTableColumns</c>: comma-separated; null or empty for all.</param>
    /// <exception cref="FormatException">These are no names of a table or columns.</exception>
    public static LoadTable Parse(string? table, string? columns)
    {
        if (table is null || !TableName().IsMatch(table))
            throw new FormatException($"DataTableName '{table}' is not a table's name: TABLE or SCHEMA.TABLE.");
        var names = (columns ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.FirstOrDefault(name => !ColumnName().IsMatch(name)) is { } bad)
            throw new FormatException($"DataTableColumns has '{bad}', which is not a column's name.");
        return new LoadTable(string.Join('.', table.Split('.').Select(part => $"\"{part}\"")), names);
    }

    // Unquoted names, which both dialects fold to lower case.
    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?\z")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^[a-z_][a-z0-9_$]*\z")]
    private static partial Regex ColumnName();
}
