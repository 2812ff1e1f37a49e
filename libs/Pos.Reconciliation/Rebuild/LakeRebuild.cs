using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Reconciliation.Stores;
using Pos.Storage;
using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Rebuild;

/// <summary>
/// Rebuilds lookup table and warehouse from the lake. Reads all stores like <see cref="Reconciler"/> and repairs each
/// purchase that differs. Versions that are newer than the lake's, or that are written meanwhile, stay. All state is in
/// the stores, so a killed rebuild can be run again. Running it twice changes nothing.
/// </summary>
/// <param name="s3">Reads the lake.</param>
/// <param name="dynamo">Reads and writes the lookup table.</param>
/// <param name="warehouse">Reads and writes the warehouse, as its owner.</param>
/// <param name="resources">Names of lookup table and lake bucket.</param>
public sealed class LakeRebuild(
    IAmazonS3 s3,
    IAmazonDynamoDB dynamo,
    NpgsqlDataSource warehouse,
    PosResources resources
)
{
    private const int ConcurrentItems = 16;

    private readonly AllStores _stores = new(s3, dynamo, warehouse, resources);

    /// <summary>Rebuilds from the whole lake or from a part of it.</summary>
    /// <param name="span">The partitions to rebuild from. For a part of the lake, missing and older lines are restored,
    /// and nothing is removed: only the whole lake shows which lines it lacks.</param>
    /// <param name="settle">Waits longer than the processor takes for a batch. Lines that the lake still lacks
    /// afterwards are removed.</param>
    /// <param name="dryRun">True to count the changes without making them.</param>
    /// <param name="cancellationToken">Stops the rebuild. Changes made so far are correct and stay.</param>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">Lake or lookup table returned an error.</exception>
    /// <exception cref="NpgsqlException">The warehouse is unavailable or returned an error.</exception>
    public async Task<LakeRebuildReport> RunAsync(
        LakeSpan span,
        Func<CancellationToken, Task> settle,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await warehouse.OpenConnectionAsync(cancellationToken);
        var repair = new LineRepair(connection, await LineRepair.DialectOfAsync(connection, cancellationToken));
        var first = new RebuildPass(_stores, span, before: null, repair, dryRun);
        await first.RunAsync(ConcurrentItems, cancellationToken);
        var last = first;
        if (!first.Found.IsEmpty)
        {
            await settle(cancellationToken);
            last = new RebuildPass(_stores, span, before: first.Found, repair, dryRun);
            await last.RunAsync(ConcurrentItems, cancellationToken);
        }
        // Always: an earlier run may have been killed before this step.
        if (!dryRun)
            await repair.FinishAsync(cancellationToken);
        return Report(first, last);
    }

    private static LakeRebuildReport Report(RebuildPass first, RebuildPass last) =>
        new()
        {
            Lookup = last == first || last.DryRun ? last.Lookup : first.Lookup + last.Lookup,
            Warehouse = last == first || last.DryRun ? last.Warehouse : first.Warehouse + last.Warehouse,
            NotInLake = last.NotInLake,
            Doubtful = last.Doubtful,
            NotWritten = last.NotWritten,
            UnreadableInLake = last.Unreadable.LakeCount,
            Unreadable = last.Unreadable.First,
        };
}
