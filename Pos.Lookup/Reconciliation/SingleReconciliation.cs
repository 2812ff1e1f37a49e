using Amazon.DynamoDBv2;
using Amazon.S3;
using Microsoft.Extensions.Options;
using Npgsql;
using Pos.Contracts.Lookup;
using Pos.Reconciliation;
using Pos.Storage;

namespace Pos.Lookup.Reconciliation;

/// <summary>Reconciles the stores for one request at a time, because each reads all data.</summary>
internal sealed class SingleReconciliation(
    IAmazonS3 s3,
    IAmazonDynamoDB dynamo,
    PosResources resources,
    IHttpClientFactory http,
    IConfiguration configuration,
    IOptions<ReconciliationOptions> options
) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Reconciles the stores. Returns null while another reconciliation is running.</summary>
    /// <exception cref="TimeoutException">The reconciliation exceeded the time limit.</exception>
    public async Task<ReconciliationResult?> TryRunAsync(CancellationToken cancellationToken)
    {
        if (!_one.Wait(0, CancellationToken.None))
            return null;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(options.Value.TimeLimitSeconds));
            try
            {
                return await RunAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"The reconciliation exceeded its time limit of {options.Value.TimeLimitSeconds} s."
                );
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ReconciliationResult> RunAsync(CancellationToken cancellationToken)
    {
        using var processor = Client(options.Value.Processor);
        using var localCloud = Client(options.Value.LocalCloud);
        var inFlight = await new InFlightReader(
            processor is null ? null : new(processor),
            localCloud is null ? null : new(localCloud)
        ).ReadAsync(cancellationToken);
        await using var warehouse = Warehouse();
        return ReconciliationResult.From(
            await new Reconciler(s3, dynamo, warehouse, resources).RunAsync(cancellationToken),
            inFlight
        );
    }

    private HttpClient? Client(Uri? service)
    {
        if (service is null)
            return null;
        var client = http.CreateClient(nameof(SingleReconciliation));
        client.BaseAddress = service;
        return client;
    }

    // Reading all rows takes longer than the user's usual statement timeout allows, so these connections set their own.
    // They are few and not pooled, because the setting belongs to the connection.
    private NpgsqlDataSource Warehouse()
    {
        var connection = new NpgsqlDataSourceBuilder(configuration.GetConnectionString("warehouse"))
        {
            ConnectionStringBuilder = { ApplicationName = "pos-reconciliation", Pooling = false },
        };
        var statement = $"SET statement_timeout TO {options.Value.TimeLimitSeconds * 1000L}";
        connection.UsePhysicalConnectionInitializer(
            opened =>
            {
                using var command = new NpgsqlCommand(statement, opened);
                command.ExecuteNonQuery();
            },
            async opened =>
            {
                await using var command = new NpgsqlCommand(statement, opened);
                await command.ExecuteNonQueryAsync();
            }
        );
        return connection.Build();
    }
}
