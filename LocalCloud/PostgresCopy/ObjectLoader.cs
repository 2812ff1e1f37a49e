using System.Diagnostics;
using System.IO.Compression;
using Npgsql;

namespace LocalCloud.PostgresCopy;

/// <summary>An object of rows, one of JSON a line.</summary>
/// <param name="Url"><c>s3://bucket/key</c>, by which <c>load_manifest</c> knows it.</param>
/// <param name="Gzip">Whether it is compressed.</param>
/// <param name="OpenAsync">Reads it from its begin; called again where it has to be read again.</param>
public sealed record StagedObject(string Url, bool Gzip, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>What a load did.</summary>
/// <param name="Rows">Rows loaded.</param>
/// <param name="Errors">Lines refused, each in <c>load_errors</c>.</param>
/// <param name="WasLoaded">The object had been loaded before; this load did nothing.</param>
public readonly record struct LoadResult(long Rows, long Errors, bool WasLoaded);

/// <summary>
/// COPY into Postgres, with what Redshift adds to it: objects, JSON, and errors that fail a row, not a load.
/// </summary>
public sealed class ObjectLoader(TimeProvider time)
{
    private const int FlushBytes = 128 * 1024;

    /// <summary>
    /// Loads an object, once: its rows, its refused lines and its row of <c>load_manifest</c> are there together or not
    /// at all.
    /// </summary>
    /// <param name="connection">Open, without a transaction.</param>
    /// <param name="table">Where the rows go.</param>
    /// <param name="staged">The object.</param>
    /// <param name="attempt">Recorded in <c>load_manifest</c>; 1 for the first.</param>
    /// <param name="cancellationToken">Undoes the load.</param>
    /// <exception cref="WarehouseLoadException">The table or a column is missing or of a type that is not filled
    /// here.</exception>
    /// <exception cref="NpgsqlException">The warehouse cannot be reached or refuses.</exception>
    public async Task<LoadResult> LoadAsync(
        NpgsqlConnection connection,
        LoadTable table,
        StagedObject staged,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // First, because its key makes a second load of the object wait for the first one's end, even one whose client
        // is gone.
        if (!await ClaimAsync(connection, staged.Url, attempt, cancellationToken))
            return new LoadResult(0, 0, WasLoaded: true);

        var columns = await TableColumn.ReadAsync(connection, table.Name, table.Columns, cancellationToken);
        var result = await CopyRowsAsync(connection, table.Name, columns, staged, cancellationToken);
        if (result.Errors > 0)
            await CopyErrorsAsync(connection, columns, staged, cancellationToken);
        await CompleteAsync(connection, staged.Url, result, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Which of some objects have been loaded.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="urls"><c>s3://bucket/key</c> of each.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="NpgsqlException">The warehouse cannot be reached or refuses.</exception>
    public static async Task<IReadOnlySet<string>> LoadedAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> urls,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            $"SELECT object FROM {LoadTables.Manifest} WHERE object = ANY($1)",
            connection
        )
        {
            Parameters = { new() { Value = urls.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var loaded = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            loaded.Add(reader.GetString(0));
        return loaded;
    }

    private static async Task<LoadResult> CopyRowsAsync(
        NpgsqlConnection connection,
        string table,
        TableColumn[] columns,
        StagedObject staged,
        CancellationToken cancellationToken
    )
    {
        var (rows, errors) = (0L, 0L);
        var reader = new RowReader(columns);
        var names = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        await ImportAsync(
            connection,
            $"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)",
            staged,
            (line, tooLong, number, output) =>
            {
                if (!tooLong && reader.TryRead(line, output, out _))
                    rows++;
                else
                    errors++;
            },
            cancellationToken
        );
        return new LoadResult(rows, errors, WasLoaded: false);
    }

    // A connection carries one COPY at a time, and bad lines are few: they are found again rather than kept in memory.
    private static Task CopyErrorsAsync(
        NpgsqlConnection connection,
        TableColumn[] columns,
        StagedObject staged,
        CancellationToken cancellationToken
    )
    {
        var reader = new RowReader(columns);
        var url = System.Text.Encoding.UTF8.GetBytes(staged.Url);
        return ImportAsync(
            connection,
            $"COPY {LoadTables.Errors} (object, line_number, column_name, reason, raw) FROM STDIN (FORMAT BINARY)",
            staged,
            (line, tooLong, number, output) =>
            {
                var length = output.Length;
                var error = new RowError(null, $"The line is longer than {LineReader.LargestLine} bytes.");
                if (!tooLong && reader.TryRead(line, output, out error))
                    output.CutAt(length);
                else
                    LoadErrorRow.Write(output, url, number, error, line);
            },
            cancellationToken
        );
    }

    private delegate void LineHandler(ReadOnlySpan<byte> line, bool tooLong, long number, BinaryCopyBuffer output);

    private static async Task ImportAsync(
        NpgsqlConnection connection,
        string copySql,
        StagedObject staged,
        LineHandler handle,
        CancellationToken cancellationToken
    )
    {
        await using var stored = await staged.OpenAsync(cancellationToken);
        await using var content = staged.Gzip ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        using var lines = new LineReader(content);
        using var output = new BinaryCopyBuffer();
        var copy = await connection.BeginRawBinaryCopyAsync(copySql, cancellationToken);
        try
        {
            output.Begin();
            do
            {
                while (lines.TryTake(out var line, out var tooLong))
                {
                    if (!IsBlank(line))
                        handle(line, tooLong, lines.Number, output);
                    if (output.Length >= FlushBytes)
                        break;
                }
                if (output.Length >= FlushBytes)
                {
                    await copy.WriteAsync(output.Written, cancellationToken);
                    output.Clear();
                    continue;
                }
                if (!await lines.FillAsync(cancellationToken))
                    break;
            } while (true);
            output.End();
            await copy.WriteAsync(output.Written, cancellationToken);
        }
        catch
        {
            await CancelAsync(copy);
            throw;
        }
        await copy.DisposeAsync(); // completes the COPY: here the server tells what it did not like
    }

    private static async Task CancelAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync();
            await copy.DisposeAsync();
        }
        catch (Exception error)
            when (error is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Debug.WriteLine(error); // the connection is gone; what went wrong first is what is told
        }
    }

    private async Task<bool> ClaimAsync(
        NpgsqlConnection connection,
        string url,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO {LoadTables.Manifest} (object, rows, errors, started, finished, attempt) VALUES ($1, 0, 0, $2, $2, $3) ON CONFLICT (object) DO NOTHING",
            connection
        )
        {
            Parameters =
            {
                new() { Value = url },
                new() { Value = time.GetUtcNow() },
                new() { Value = attempt },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task CompleteAsync(
        NpgsqlConnection connection,
        string url,
        LoadResult result,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            $"UPDATE {LoadTables.Manifest} SET rows = $2, errors = $3, finished = $4 WHERE object = $1",
            connection
        )
        {
            Parameters =
            {
                new() { Value = url },
                new() { Value = result.Rows },
                new() { Value = result.Errors },
                new() { Value = time.GetUtcNow() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || !line.ContainsAnyExcept(" \t\r"u8);
}
