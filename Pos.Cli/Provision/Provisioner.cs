using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Provision;

/// <summary>Creates each missing resource and waits until it is active.</summary>
internal sealed class Provisioner(
    IAmazonKinesis kinesis,
    IAmazonDynamoDB dynamoDb,
    IAmazonS3 s3,
    DeliveryStreamProvisioning deliveryStream,
    WarehouseDestination warehouse,
    IReadOnlyList<WarehouseReader> readers,
    PosResources resources,
    ILogger<Provisioner> logger
)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_activation = TimeSpan.FromMinutes(5);
    private const int MaxAttempts = 10;

    /// <param name="shards">Number of shards of a new stream. An existing stream keeps its shards.</param>
    public async Task RunAsync(int shards, CancellationToken cancellationToken)
    {
        // Independent of each other. The delivery stream comes last: it needs bucket and table.
        await Task.WhenAll(
            RetryThrottledAsync(() => ProvisionStreamAsync(shards, cancellationToken), cancellationToken),
            RetryThrottledAsync(
                () => ProvisionTableAsync(LookupTableSchema.CreateTable(resources), cancellationToken),
                cancellationToken
            ),
            RetryThrottledAsync(
                () => ProvisionTableAsync(LeaseTableSchema.CreateTable(resources), cancellationToken),
                cancellationToken
            ),
            RetryThrottledAsync(() => ProvisionBucketAsync(resources.LakeBucket, cancellationToken), cancellationToken),
            RetryThrottledAsync(
                () => ProvisionBucketAsync(resources.StagingBucket, cancellationToken),
                cancellationToken
            ),
            ProvisionWarehouseAsync(cancellationToken)
        );
        Report("delivery stream", resources.DeliveryStream, await deliveryStream.ProvisionAsync(cancellationToken));
    }

    private async Task ProvisionStreamAsync(int shards, CancellationToken cancellationToken)
    {
        var created = false;
        try
        {
            await kinesis.CreateStreamAsync(
                new CreateStreamRequest { StreamName = resources.Stream, ShardCount = shards },
                cancellationToken
            );
            created = true;
        }
        catch (Amazon.Kinesis.Model.ResourceInUseException) { }
        await UntilAsync(
            $"stream {resources.Stream}",
            async () =>
                (
                    await kinesis.DescribeStreamSummaryAsync(
                        new DescribeStreamSummaryRequest { StreamName = resources.Stream },
                        cancellationToken
                    )
                )
                    .StreamDescriptionSummary
                    .StreamStatus == StreamStatus.ACTIVE,
            cancellationToken
        );
        Report("stream", resources.Stream, created ? "created" : "exists");
    }

    private async Task ProvisionTableAsync(CreateTableRequest table, CancellationToken cancellationToken)
    {
        var created = false;
        try
        {
            await dynamoDb.CreateTableAsync(table, cancellationToken);
            created = true;
        }
        catch (Amazon.DynamoDBv2.Model.ResourceInUseException) { }
        await UntilAsync(
            $"table {table.TableName}",
            async () =>
                (await dynamoDb.DescribeTableAsync(table.TableName, cancellationToken)).Table.TableStatus
                == TableStatus.ACTIVE,
            cancellationToken
        );
        Report("table", table.TableName, created ? "created" : "exists");
    }

    private async Task ProvisionBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = bucket }, cancellationToken);
            Report("bucket", bucket, "exists");
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await s3.PutBucketAsync(new PutBucketRequest { BucketName = bucket }, cancellationToken);
            Report("bucket", bucket, "created");
        }
    }

    private async Task ProvisionWarehouseAsync(CancellationToken cancellationToken)
    {
        var applied = await WarehouseSchema.MigrateAsync(warehouse.ConnectionString, logger, cancellationToken);
        Report("warehouse", warehouse.Address, applied == 0 ? "schema is up to date" : $"{applied} migrations applied");
        foreach (var reader in readers)
        {
            await WarehouseReaders.EnsureAsync(warehouse.ConnectionString, reader, cancellationToken);
            Report("warehouse user", reader.Name, "may read");
        }
    }

    // AWS limits these calls (Kinesis CreateStream: 5 per second). Steps can be repeated.
    private static Task RetryThrottledAsync(Func<Task> step, CancellationToken cancellationToken) =>
        ThrottlingRetry.RunAsync(
            async () =>
            {
                await step();
                return true;
            },
            MaxAttempts,
            new Backoff(500, 1_000, TimeProvider.System),
            cancellationToken
        );

    private static async Task UntilAsync(string what, Func<Task<bool>> isActive, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(s_activation);
        try
        {
            while (!await IsActiveAsync())
                await Task.Delay(s_poll, waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{what} did not become active within {s_activation}.");
        }

        // A new resource is not visible everywhere at once.
        async Task<bool> IsActiveAsync()
        {
            try
            {
                return await isActive();
            }
            catch (AmazonServiceException late) when (late.ErrorCode == "ResourceNotFoundException")
            {
                return false;
            }
        }
    }

    private static void Report(string kind, string name, string state) => Console.WriteLine($"{kind} {name}: {state}");
}
