using System.Diagnostics;
using System.IO.Compression;
using Microsoft.Extensions.Options;
using Npgsql;
using Pos.Warehouse;

namespace Pos.LocalCloud.Delivery.Copy;

/// <summary>What a COPY did.</summary>
/// <param name="Rows">Rows loaded.</param>
/// <param name="Errors">Lines refused, each in <c>load_errors</c>.</param>
/// <param name="WasLoaded">The object had been loaded before; this COPY did nothing.</param>
internal readonly record struct LoadResult(long Rows, long Errors, bool WasLoaded);

/// <summary>The warehouse, as far as delivery needs it.</summary>
internal interface IWarehouseLoader
{
    /// <summary>Loads an object, once: its rows, its refused lines and its row of <c>load_manifest</c> are there together or not at all.</summary>
    Task<LoadResult> CopyAsync(Destination destination, DeliveryBatch batch, int attempt, CancellationToken cancellationToken);

    /// <summary>Runs what is configured to follow a COPY.</summary>
    Task AfterCopyAsync(Destination destination, CancellationToken cancellationToken);
}

/// <summary>COPY into Postgres, with what Redshift adds to it: reading from the bucket, JSON, and errors that fail a row, not a load.</summary>
internal sealed class WarehouseLoader(IStagingBucket bucket, IOptions<DeliveryOptions> options, TimeProvider time) : IWarehouseLoader
{
    private const int FlushBytes = 128 * 1024;

    public async Task<LoadResult> CopyAsync(Destination destination, DeliveryBatch batch, int attempt, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(destination));
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // First, because its key makes a second load of the object wait for the first one's end, even one whose client is gone.
        if (!await ClaimAsync(connection, batch.Url, attempt, cancellationToken))
            return new LoadResult(0, 0, WasLoaded: true);

        var columns = await TableColumn.ReadAsync(connection, destination.Table, destination.Columns, cancellationToken);
        var result = await CopyRowsAsync(connection, destination.Table, columns, batch, cancellationToken);
        if (result.Errors > 0)
            await CopyErrorsAsync(connection, columns, batch, cancellationToken);
        await CompleteAsync(connection, batch.Url, result, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public async Task AfterCopyAsync(Destination destination, CancellationToken cancellationToken)
    {
        if (options.Value.AfterCopySql.Length == 0)
            return;
        await using var connection = new NpgsqlConnection(ConnectionString(destination));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(options.Value.AfterCopySql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<LoadResult> CopyRowsAsync(NpgsqlConnection connection, string table, TableColumn[] columns, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var (rows, errors) = (0L, 0L);
        var reader = new RowReader(columns);
        var names = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        await ImportAsync(connection, $"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", batch, (line, tooLong, number, output) =>
        {
            if (!tooLong && reader.TryRead(line, output, out _))
                rows++;
            else
                errors++;
        }, cancellationToken);
        return new LoadResult(rows, errors, WasLoaded: false);
    }

    // A connection carries one COPY at a time, and bad lines are few: they are found again rather than kept in memory.
    private Task CopyErrorsAsync(NpgsqlConnection connection, TableColumn[] columns, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var reader = new RowReader(columns);
        var url = System.Text.Encoding.UTF8.GetBytes(batch.Url);
        return ImportAsync(connection, $"COPY {WarehouseTables.LoadErrors} (object, line_number, column_name, reason, raw) FROM STDIN (FORMAT BINARY)", batch, (line, tooLong, number, output) =>
        {
            var length = output.Length;
            var error = new RowError(null, $"The line is longer than {LineReader.LargestLine} bytes.");
            if (!tooLong && reader.TryRead(line, output, out error))
                output.CutAt(length);
            else
                LoadErrorRow.Write(output, url, number, error, line);
        }, cancellationToken);
    }

    private delegate void LineHandler(ReadOnlySpan<byte> line, bool tooLong, long number, BinaryCopyBuffer output);

    private async Task ImportAsync(NpgsqlConnection connection, string copySql, DeliveryBatch batch, LineHandler handle, CancellationToken cancellationToken)
    {
        await using var staged = await bucket.OpenAsync(batch.Bucket, batch.Key, cancellationToken);
        await using var content = batch.Gzip ? new GZipStream(staged, CompressionMode.Decompress) : staged;
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
            }
            while (true);
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
        catch (Exception error) when (error is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Debug.WriteLine(error); // the connection is gone; what went wrong first is what is told
        }
    }

    private async Task<bool> ClaimAsync(NpgsqlConnection connection, string url, int attempt, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO {WarehouseTables.LoadManifest} (object, rows, errors, started, finished, attempt) VALUES ($1, 0, 0, $2, $2, $3) ON CONFLICT (object) DO NOTHING", connection)
        {
            Parameters = { new() { Value = url }, new() { Value = time.GetUtcNow() }, new() { Value = attempt } },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task CompleteAsync(NpgsqlConnection connection, string url, LoadResult result, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"UPDATE {WarehouseTables.LoadManifest} SET rows = $2, errors = $3, finished = $4 WHERE object = $1", connection)
        {
            Parameters = { new() { Value = url }, new() { Value = result.Rows }, new() { Value = result.Errors }, new() { Value = time.GetUtcNow() } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private string ConnectionString(Destination destination) => $"{destination.ConnectionString};Command Timeout={options.Value.StatementTimeoutSeconds}";

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IsEmpty || !line.ContainsAnyExcept(" \t\r"u8);
}
