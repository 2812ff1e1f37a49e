using Npgsql;

namespace LocalCloud.PostgresCopy;

internal enum ColumnType
{
    Boolean,
    Int16,
    Int32,
    Int64,
    Numeric,
    Text,
    Timestamp,
    TimestampTz,
    Date,
}

/// <summary>A column to load, with its type from the database's catalog.</summary>
internal sealed record TableColumn
{
    public required string Name { get; init; }
    public required byte[] Utf8Name { get; init; }
    public required ColumnType Type { get; init; }
    public required bool IsRequired { get; init; }

    /// <summary>Maximum number of characters of a text; 0 for no limit.</summary>
    public int MaxLength { get; init; }

    /// <summary>Maximum number of digits of a numeric; 0 for no limit.</summary>
    public int Precision { get; init; }

    /// <summary>Decimal places of a numeric with a precision.</summary>
    public int Scale { get; init; }

    /// <summary>Reads the named columns of a table in that order, or all columns that are not generated.</summary>
    /// <exception cref="WarehouseLoadException">The table or a column is missing, or a column's type is not
    /// supported.</exception>
    public static async Task<TableColumn[]> ReadAsync(
        NpgsqlConnection connection,
        string table,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        const string Sql = """
            SELECT attname::text, atttypid::regtype::text, atttypmod, attnotnull,
                attidentity <> '' OR attgenerated <> ''
            FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new List<TableColumn>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.GetString(0);
            if (names.Count == 0 ? !reader.GetBoolean(4) : names.Contains(name))
                columns.Add(Create(name, reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3)));
        }
        if (names.Count == 0)
            return columns.Count > 0
                ? [.. columns]
                : throw new WarehouseLoadException($"Table {table} does not exist.");
        return
        [
            .. names.Select(name =>
                columns.Find(column => column.Name == name)
                ?? throw new WarehouseLoadException($"Column {name} of table {table} does not exist.")
            ),
        ];
    }

    private static TableColumn Create(string name, string type, int modifier, bool required)
    {
        var column = new TableColumn
        {
            Name = name,
            Utf8Name = System.Text.Encoding.UTF8.GetBytes(name),
            IsRequired = required,
            Type = type switch
            {
                "boolean" => ColumnType.Boolean,
                "smallint" => ColumnType.Int16,
                "integer" => ColumnType.Int32,
                "bigint" => ColumnType.Int64,
                "numeric" => ColumnType.Numeric,
                "text" or "character varying" => ColumnType.Text,
                "timestamp without time zone" => ColumnType.Timestamp,
                "timestamp with time zone" => ColumnType.TimestampTz,
                "date" => ColumnType.Date,
                _ => throw new WarehouseLoadException($"Column {name} has the type {type}, which is not supported."),
            },
        };
        // A modifier includes four bytes of header and, for a numeric, precision and scale (Postgres, numerictypmodin).
        return modifier < 4
            ? column
            : column.Type switch
            {
                ColumnType.Text => column with { MaxLength = modifier - 4 },
                ColumnType.Numeric => column with
                {
                    Precision = ((modifier - 4) >> 16) & 0xFFFF,
                    Scale = (modifier - 4) & 0x7FF,
                },
                _ => column,
            };
    }
}

/// <summary>A load is impossible because of its table, independent of its rows.</summary>
/// <param name="message">Describes the problem.</param>
public sealed class WarehouseLoadException(string message) : Exception(message);
