using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Purchases;
using Pos.Reconciliation.Stores;

namespace Pos.Reconciliation;

/// <summary>
/// Compares lake, lookup table and warehouse line by line. Each store is read once; the lines go to temporary files of some 200 bytes a line
/// and store, of which one in 64 is in memory at a time.
/// </summary>
/// <param name="s3">Reads the lake.</param>
/// <param name="dynamo">Reads the lookup table.</param>
/// <param name="warehouse">Reads the warehouse; a reader's rights are enough.</param>
/// <param name="resources">Names of table and bucket.</param>
public sealed class Reconciler(IAmazonS3 s3, IAmazonDynamoDB dynamo, NpgsqlDataSource warehouse, PosResources resources)
{
    private const string Lake = "lake";
    private const string Lookup = "lookup";
    private const string Warehouse = "warehouse";

    /// <summary>Reads all three and compares them.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">Lake or lookup table refuse.</exception>
    /// <exception cref="NpgsqlException">The warehouse is away or refuses.</exception>
    public async Task<ReconciliationReport> RunAsync(CancellationToken cancellationToken)
    {
        using var files = new PartitionFiles();
        var unreadable = new Unreadable();
        // At the same time: as near to one moment as three stores get.
        (string Store, Func<CancellationToken, IAsyncEnumerable<StoredLine>> Read)[] stores =
        [
            (Lake, cancel => LakeLines.ReadAsync(s3, resources, unreadable, cancel)),
            (Lookup, cancel => LookupLines.ReadAsync(dynamo, resources, unreadable, cancel)),
            (Warehouse, cancel => WarehouseLines.ReadAsync(warehouse, cancel)),
        ];
        var landed = await WarehouseLines.CountLandedAsync(warehouse, cancellationToken);
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = stores.Length, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stores, parallelism, async (source, cancel) => await files.WriteAsync(source.Store, source.Read(cancel), cancel));

        var (lake, lookup, rows) = (new StoreSum(Lake), new StoreSum(Lookup), new StoreSum(Warehouse));
        IReadOnlyList<LineDifference> first = [];
        var count = 0L;
        for (var partition = 0; partition < PartitionFiles.Count; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var differences = new List<LineDifference>();
            var inLake = Comparison.Newest(files.Read(Lake, partition), differences);
            var inLookup = files.Read(Lookup, partition).ToDictionary(line => (line.PurchaseId, line.Line));
            StoredLine[] inWarehouse = [.. files.Read(Warehouse, partition)];
            Comparison.Compare(inLake, inLookup, Comparison.Single(inWarehouse, differences), differences);
            lake.Add(inLake.Values);
            lookup.Add(inLookup.Values);
            rows.Add(inWarehouse);
            count += differences.Count;
            first = [.. first.Concat(differences)
                .OrderBy(difference => difference.PurchaseId, StringComparer.Ordinal).ThenBy(difference => difference.Line)
                .Take(ReconciliationReport.MostDifferences)];
        }
        return new([lake.Total(), lookup.Total(), rows.Total()], landed, count, first, unreadable.Count, unreadable.First);
    }
}
