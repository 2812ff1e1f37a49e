using System.Diagnostics;
using System.IO.Compression;
using Npgsql;

namespace LocalCloud.PostgresCopy;

/// <summary>An object with one row of JSON per line.</summary>
/// <param name="Url">The object's <c>s3://bucket/key</c>, its key in <c>load_manifest</c>.</param>
/// <param name="Gzip">True if the object is compressed.</param>
/// <param name="OpenAsync">Opens the object for reading. It may be called more than once.</param>
public sealed record StagedObject(string Url, bool Gzip, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>The result of a load.</summary>
/// <param name="Rows">The number of loaded rows.</param>
/// <param name="Errors">The number of rejected lines. Each is in <c>load_errors</c>.</param>
/// <param name="WasLoaded">True if an earlier load has loaded the object. This load did nothing.</param>
public readonly record struct LoadResult(long Rows, long Errors, bool WasLoaded);

/// <summary>
/// Runs COPY into Postgres with Redshift's additions: objects as sources, JSON, and errors that reject a row instead of
/// the load.
/// </summary>
public sealed class ObjectLoader(TimeProvider time)
{
    private const int FlushBytes = 128 * 1024;

    /// <summary>
    /// Loads an object exactly once. Its rows, its rejected lines and its row in <c>load_manifest</c> are stored in one
    /// transaction.
    /// </summary>
    /// <param name="connection">An open connection without a transaction.</param>
    /// <param name="table">The table to load.</param>
    /// <param name="staged">The object to load.</param>
    /// <param name="attempt">Number of the attempt, from 1, for <c>load_manifest</c>.</param>
    /// <param name="cancellationToken">Cancels and rolls back the load.</param>
    /// <exception cref="WarehouseLoadException">The table or a column is missing, or a column's type is not
    /// supported.</exception>
    /// <exception cref="NpgsqlException">The warehouse is unavailable or rejected the load.</exception>
    public async Task<LoadResult> LoadAsync(
        NpgsqlConnection connection,
        LoadTable table,
        StagedObject staged,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // First, because its key makes a concurrent load of the object wait, even if the other load's client has
        // disconnected.
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

    /// <summary>Returns the objects that have been loaded.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="urls">The <c>s3://bucket/key</c> of each object.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="NpgsqlException">The warehouse is unavailable or rejected the query.</exception>
    public static async Task<IReadOnlySet<string>> FindLoadedAsync(
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

    // A connection runs one COPY at a time. Rejected lines are few, so they are read again rather than kept in memory.
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
                var error = new RowError(null, $"The line is longer than {LineReader.MaxLineBytes} bytes.");
                if (!tooLong && reader.TryRead(line, output, out error))
                    output.Truncate(length);
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
            output.WriteHeader();
            do
            {
                while (lines.TryRead(out var line, out var tooLong))
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
            output.WriteTrailer();
            await copy.WriteAsync(output.Written, cancellationToken);
        }
        catch
        {
            await CancelAsync(copy);
            throw;
        }
        await copy.DisposeAsync(); // Completes the COPY. The server reports its errors here.
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
            Debug.WriteLine(error); // The connection is closed. The caller reports the first error.
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
            $"INSERT INTO {LoadTables.Manifest} (object, rows, errors, started, finished, attempt) "
                + "VALUES ($1, 0, 0, $2, $2, $3) ON CONFLICT (object) DO NOTHING",
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
