using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Storage;

namespace Pos.Reconciliation.Stores;

/// <summary>Reads the lines of lake, lookup table and warehouse.</summary>
internal sealed record AllStores(
    IAmazonS3 S3,
    IAmazonDynamoDB Dynamo,
    NpgsqlDataSource Warehouse,
    PosResources Resources
)
{
    public const string LakeName = "lake";
    public const string LookupName = "lookup";
    public const string WarehouseName = "warehouse";

    /// <summary>Reads all stores in parallel, so that they are read as close in time as possible.</summary>
    public async Task ReadAsync(
        PartitionFiles files,
        LakeSpan span,
        Unreadable unreadable,
        CancellationToken cancellationToken
    )
    {
        (string Store, Func<CancellationToken, IAsyncEnumerable<StoredLine>> Read)[] stores =
        [
            (LakeName, cancel => LakeLines.ReadAsync(S3, Resources, span, unreadable, cancel)),
            (LookupName, cancel => LookupLines.ReadAsync(Dynamo, Resources, unreadable, cancel)),
            (WarehouseName, cancel => WarehouseLines.ReadAsync(Warehouse, cancel)),
        ];
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = stores.Length,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(stores, parallelism, async (source, cancel) =>
            await files.WriteAsync(source.Store, source.Read(cancel), cancel)
        );
    }
}
