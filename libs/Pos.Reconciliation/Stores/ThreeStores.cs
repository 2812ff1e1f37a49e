using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Storage;

namespace Pos.Reconciliation.Stores;

/// <summary>Lake, lookup table and warehouse, and how to read all of their lines.</summary>
internal sealed record ThreeStores(
    IAmazonS3 S3,
    IAmazonDynamoDB Dynamo,
    NpgsqlDataSource Warehouse,
    PosResources Resources
)
{
    public const string Lake = "lake";
    public const string Lookup = "lookup";
    public const string Rows = "warehouse";

    /// <summary>Reads all three at the same time: as near to one moment as three stores get.</summary>
    public async Task ReadAsync(
        PartitionFiles files,
        LakeSpan span,
        Unreadable unreadable,
        CancellationToken cancellationToken
    )
    {
        (string Store, Func<CancellationToken, IAsyncEnumerable<StoredLine>> Read)[] stores =
        [
            (Lake, cancel => LakeLines.ReadAsync(S3, Resources, span, unreadable, cancel)),
            (Lookup, cancel => LookupLines.ReadAsync(Dynamo, Resources, unreadable, cancel)),
            (Rows, cancel => WarehouseLines.ReadAsync(Warehouse, cancel)),
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
