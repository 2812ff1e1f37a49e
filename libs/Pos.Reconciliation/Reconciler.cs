using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Contracts.Lookup;
using Pos.Reconciliation.Stores;
using Pos.Storage;

namespace Pos.Reconciliation;

/// <summary>
/// Compares lake, lookup table and warehouse line by line. Reads each store once and writes the lines to temporary
/// files, about 200 bytes for each line and store. Keeps one 64th of the lines in memory.
/// </summary>
/// <param name="s3">Reads the lake.</param>
/// <param name="dynamo">Reads the lookup table.</param>
/// <param name="warehouse">Reads the warehouse. Read permission is enough.</param>
/// <param name="resources">Names of lookup table and lake bucket.</param>
public sealed class Reconciler(IAmazonS3 s3, IAmazonDynamoDB dynamo, NpgsqlDataSource warehouse, PosResources resources)
{
    private readonly AllStores _stores = new(s3, dynamo, warehouse, resources);

    /// <summary>Reads and compares all stores.</summary>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">Lake or lookup table returned an error.</exception>
    /// <exception cref="NpgsqlException">The warehouse is unavailable or returned an error.</exception>
    public async Task<ReconciliationReport> RunAsync(CancellationToken cancellationToken)
    {
        using var files = new PartitionFiles();
        var unreadable = new Unreadable();
        var landed = await WarehouseLines.CountLandedAsync(warehouse, cancellationToken);
        await _stores.ReadAsync(files, default, unreadable, cancellationToken);

        var (lake, lookup, rows) = (
            new StoreSum(AllStores.LakeName),
            new StoreSum(AllStores.LookupName),
            new StoreSum(AllStores.WarehouseName)
        );
        IReadOnlyList<LineDifference> first = [];
        var count = 0L;
        for (var partition = 0; partition < PartitionFiles.Count; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var differences = new List<LineDifference>();
            var inLake = Comparison.Newest(files.Read(AllStores.LakeName, partition), differences);
            var inLookup = files
                .Read(AllStores.LookupName, partition)
                .ToDictionary(line => (line.PurchaseId, line.Line));
            StoredLine[] inWarehouse = [.. files.Read(AllStores.WarehouseName, partition)];
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
