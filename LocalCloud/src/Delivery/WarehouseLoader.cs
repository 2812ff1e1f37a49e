using LocalCloud.PostgresCopy;
using LocalCloud.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LocalCloud.Delivery;

/// <summary>Loads objects into the warehouse.</summary>
internal interface IWarehouseLoader
{
    /// <summary>
    /// Loads an object exactly once. Its rows, its rejected lines and its row in <c>load_manifest</c> are stored in one
    /// transaction.
    /// </summary>
    Task<LoadResult> CopyAsync(
        Destination destination,
        DeliveryBatch batch,
        int attempt,
        CancellationToken cancellationToken
    );

    /// <summary>Runs the statement that is configured to follow a COPY.</summary>
    Task AfterCopyAsync(Destination destination, CancellationToken cancellationToken);
}

/// <summary>Loads staged objects into the destination's Postgres.</summary>
internal sealed class WarehouseLoader(IStagingBucket bucket, IOptions<DeliveryOptions> options, TimeProvider time)
    : IWarehouseLoader
{
    private readonly ObjectLoader _loader = new(time);

    public async Task<LoadResult> CopyAsync(
        Destination destination,
        DeliveryBatch batch,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        using var span = DeliveryTrace.StartCopy(destination.Table, attempt);
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(destination));
            await connection.OpenAsync(cancellationToken);
            var staged = new StagedObject(batch.Url, batch.Gzip, token =>
                bucket.OpenAsync(batch.Bucket, batch.Key, token)
            );
            return await _loader.LoadAsync(connection, destination.Table, staged, attempt, cancellationToken);
        }
        catch (Exception error)
        {
            span.SetFailure(error);
            throw;
        }
    }

    public async Task AfterCopyAsync(Destination destination, CancellationToken cancellationToken)
    {
        if (options.Value.AfterCopySql.Length == 0)
            return;
        using var span = DeliveryTrace.StartAfterCopy(options.Value.AfterCopySql);
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(destination));
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(options.Value.AfterCopySql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception error)
        {
            span.SetFailure(error);
            throw;
        }
    }

    private string ConnectionString(Destination destination) =>
        $"{destination.ConnectionString};Command Timeout={options.Value.StatementTimeoutSeconds}";
}
