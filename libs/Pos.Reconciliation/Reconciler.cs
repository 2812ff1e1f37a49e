using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Contracts.Lookup;
using Pos.Reconciliation.Stores;
using Pos.Storage;

namespace Pos.Reconciliation;

/// <summary>
/// Compares lake, lookup table and warehouse line by line. Each store is read once; the lines go to temporary files of
/// some 200 bytes a line and store, of which one in 64 is in memory at a time.
/// </summary>
/// <param name="s3">Reads the lake.</param>
/// <param name="dynamo">Reads the lookup table.</param>
/// <param name="warehouse">Reads the warehouse; a reader's rights are enough.</param>
/// <param name="resources">Names of table and bucket.</param>
public sealed class Reconciler(IAmazonS3 s3, IAmazonDynamoDB dynamo, NpgsqlDataSource warehouse, PosResources resources)
{
    private readonly ThreeStores _stores = new(s3, dynamo, warehouse, resources);

    /// <summary>Reads all three and compares them.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">Lake or lookup table refuse.</exception>
    /// <exception cref="NpgsqlException">The warehouse is away or refuses.</exception>
    public async Task<ReconciliationReport> RunAsync(CancellationToken cancellationToken)
    {
        using var files = new PartitionFiles();
        var unreadable = new Unreadable();
        var landed = await WarehouseLines.CountLandedAsync(warehouse, cancellationToken);
        await _stores.ReadAsync(files, default, unreadable, cancellationToken);

        var (lake, lookup, rows) = (
            new StoreSum(ThreeStores.Lake),
            new StoreSum(ThreeStores.Lookup),
            new StoreSum(ThreeStores.Rows)
        );
        IReadOnlyList<LineDifference> first = [];
        var count = 0L;
        for (var partition = 0; partition < PartitionFiles.Count; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var differences = new List<LineDifference>();
            var inLake = Comparison.Newest(files.Read(ThreeStores.Lake, partition), differences);
            var inLookup = files.Read(ThreeStores.Lookup, partition).ToDictionary(line => (line.PurchaseId, line.Line));
            StoredLine[] inWarehouse = [.. files.Read(ThreeStores.Rows, partition)];
            Comparison.Compare(inLake, inLookup, Comparison.Single(inWarehouse, differences), differences);
            lake.Add(inLake.Values);
            lookup.Add(inLookup.Values);
            rows.Add(inWarehouse);
            count += differences.Count;
            first =
            [
                .. first
                    .Concat(differences)
                    .OrderBy(difference => difference.PurchaseId, StringComparer.Ordinal)
                    .ThenBy(difference => difference.Line)
                    .Take(ReconciliationReport.MaxDifferences),
            ];
        }
        return new(
            [lake.Total(), lookup.Total(), rows.Total()],
            landed,
            count,
            first,
            unreadable.Count,
            unreadable.First
        );
    }
}
