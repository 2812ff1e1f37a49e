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

/// <summary>A column that COPY fills, as the catalog has it.</summary>
internal sealed record TableColumn
{
    public required string Name { get; init; }
    public required byte[] Utf8Name { get; init; }
    public required ColumnType Type { get; init; }
    public required bool Required { get; init; }

    /// <summary>Characters of a text; 0 for any number.</summary>
    public int MaxLength { get; init; }

    /// <summary>Digits of a numeric; 0 for any number.</summary>
    public int Precision { get; init; }

    /// <summary>Decimal places of a numeric with a precision.</summary>
    public int Scale { get; init; }

    /// <summary>Reads the columns of a table: those named, in that order, or all that are not generated.</summary>
    /// <exception cref="WarehouseLoadException">No such table or column, or one of a type that COPY here does not
    /// fill.</exception>
    public static async Task<TableColumn[]> ReadAsync(
        NpgsqlConnection connection,
        string table,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        const string Sql = """
            SELECT attname::text, atttypid::regtype::text, atttypmod, attnotnull, attidentity <> '' OR attgenerated <> ''
            FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = new List<TableColumn>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var name = reader.GetString(0);
            if (names.Count == 0 ? !reader.GetBoolean(4) : names.Contains(name))
                columns.Add(Of(name, reader.GetString(1), reader.GetInt32(2), reader.GetBoolean(3)));
        }
        if (names.Count == 0)
            return columns.Count > 0 ? [.. columns] : throw new WarehouseLoadException($"There is no table {table}.");
        return
        [
            .. names.Select(name =>
                columns.Find(column => column.Name == name)
                ?? throw new WarehouseLoadException($"There is no table {table} with a column {name}.")
            ),
        ];
    }

    private static TableColumn Of(string name, string type, int modifier, bool required)
    {
        var column = new TableColumn
        {
            Name = name,
            Utf8Name = System.Text.Encoding.UTF8.GetBytes(name),
            Required = required,
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
                _ => throw new WarehouseLoadException(
                    $"Column {name} is of type {type}, which COPY here does not fill."
                ),
            },
        };
        // A modifier holds four bytes of header and, for a numeric, precision and scale (Postgres, numerictypmodin).
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

/// <summary>A COPY cannot be done, whatever the rows are.</summary>
/// <param name="message">Why.</param>
public sealed class WarehouseLoadException(string message) : Exception(message);
