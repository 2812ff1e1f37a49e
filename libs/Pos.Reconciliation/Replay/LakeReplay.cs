using Amazon.DynamoDBv2;
using Amazon.S3;
using Npgsql;
using Pos.Reconciliation.Stores;
using Pos.Storage;
using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Replay;

/// <summary>
/// Makes lookup table and warehouse what the lake says: reads all three as <see cref="Reconciler"/> does, and puts
/// right, purchase by purchase, what is not the same. Whatever is newer than the lake's version, or comes to be while
/// this runs, stays. Nothing is kept but in the stores, so it can be killed anywhere and run again; again, it changes
/// nothing.
/// </summary>
/// <param name="s3">Reads the lake.</param>
/// <param name="dynamo">Reads and writes the lookup table.</param>
/// <param name="warehouse">Reads and writes the warehouse, as its owner.</param>
/// <param name="resources">Names of table and bucket.</param>
public sealed class LakeReplay(IAmazonS3 s3, IAmazonDynamoDB dynamo, NpgsqlDataSource warehouse, PosResources resources)
{
    private const int ConcurrentItems = 16;

    private readonly ThreeStores _stores = new(s3, dynamo, warehouse, resources);

    /// <summary>Replays the lake, or a part of it.</summary>
    /// <param name="span">Of a part, what it brought is put back unless something newer is there. What the lake has not
    /// can be told of all of it only.</param>
    /// <param name="settle">Waits for longer than the processor takes for a batch. What the lake has not is looked at
    /// again after that, and taken away if it is still so.</param>
    /// <param name="dryRun">Whether to count only.</param>
    /// <param name="cancellationToken">Ends it; what was done is right, and the rest as it was.</param>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">Lake or lookup table refuse.</exception>
    /// <exception cref="NpgsqlException">The warehouse is away or refuses.</exception>
    public async Task<LakeReplayReport> RunAsync(
        LakeSpan span,
        Func<CancellationToken, Task> settle,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await warehouse.OpenConnectionAsync(cancellationToken);
        var repair = new LineRepair(connection, await LineRepair.DialectOfAsync(connection, cancellationToken));
        var first = new ReplayPass(_stores, span, before: null, repair, dryRun);
        await first.RunAsync(ConcurrentItems, cancellationToken);
        var last = first;
        if (!first.Found.IsEmpty)
        {
            await settle(cancellationToken);
            last = new ReplayPass(_stores, span, before: first.Found, repair, dryRun);
            await last.RunAsync(ConcurrentItems, cancellationToken);
        }
        // Always, as one before may have been killed before it came to this.
        if (!dryRun)
            await repair.FinishAsync(cancellationToken);
        return Report(first, last);
    }

    private static LakeReplayReport Report(ReplayPass first, ReplayPass last) =>
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
