using System.Runtime.CompilerServices;
using Pos.Processor.EventSource.Shards;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>
/// Shares a stream's shards with the other workers: adds leases of new shards, removes those of shards that have left
/// the stream, and takes or requests leases until this worker has its share. Other workers are known by the leases that
/// they own or have requested.
/// </summary>
internal sealed partial class LeaseCoordinator(
    IShardStream stream,
    ILeases leases,
    EventSourceMappingOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private readonly LeaseExpiryTracker _expiry = new(TimeSpan.FromSeconds(options.LeaseSeconds), time);
    private long _takes;

    public string Worker { get; } = $"{Environment.MachineName}/{Guid.NewGuid():N}";

    /// <summary>The leases as last listed, ordered by shard id.</summary>
    public IReadOnlyList<Lease> Leases { get; private set; } = [];

    /// <summary>Reason why the stream's shards could not be listed last time; null if they could.</summary>
    public string? StreamFailure { get; private set; }

    /// <summary>Reason why the leases could not be listed last time; null if they could.</summary>
    public string? LeaseTableFailure { get; private set; }

    /// <summary>Lists shards and leases once, and takes or requests leases.</summary>
    /// <param name="running">Ids of the shards that this worker reads.</param>
    /// <returns>The leases taken, each as soon as it is taken.</returns>
    public async IAsyncEnumerable<Lease> TakeAsync(
        IReadOnlyCollection<string> running,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // List leases before shards: otherwise a lease that another worker adds in between would seem to have no shard.
        _expiry.BeginScan();
        var listed = await ReachAsync(leases.ListAsync(cancellationToken), failure => LeaseTableFailure = failure);
        var shards = (
            await ReachAsync(stream.ListShardsAsync(cancellationToken), failure => StreamFailure = failure)
        ).ToDictionary(shard => shard.ShardId);
        var known = listed.ToDictionary(lease => lease.ShardId);
        await AddAsync(shards, known, cancellationToken);
        await RemoveAsync(shards, known, cancellationToken);
        Leases = [.. known.Values.OrderBy(lease => lease.ShardId, StringComparer.Ordinal)];

        var assignment = LeaseAssignment.Create(
            [.. Leases.Where(lease => IsReadable(lease, known))],
            Worker,
            _expiry,
            running
        );
        var shortfall = assignment.Shortfall;
        foreach (var lease in assignment.Reserved.Concat(assignment.Unassigned))
        {
            if (lease.WantedBy != Worker && shortfall <= 0)
                break;
            if (await leases.TryTakeAsync(lease, $"{Worker}#{++_takes}", cancellationToken) is not { } taken)
                continue;
            if (lease.WantedBy != Worker)
                shortfall--;
            yield return taken;
        }
        foreach (var lease in assignment.Requests)
            if (await leases.TryRequestAsync(lease, Worker, cancellationToken))
                LogRequested(logger, lease.ShardId, lease.Owner!);
    }

    private static async Task<T> ReachAsync<T>(Task<T> listing, Action<string?> report)
    {
        try
        {
            var listed = await listing;
            report(null);
            return listed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report($"{e.GetType().Name}: {e.Message}");
            throw;
        }
    }

    private async Task AddAsync(
        Dictionary<string, StreamShard> shards,
        Dictionary<string, Lease> known,
        CancellationToken cancellationToken
    )
    {
        // Add children before their parents. Otherwise, if this worker stopped halfway, the next one would take a first
        // shard of the stream for one that continues its parent.
        Lease[] added =
        [
            .. shards
                .Values.Where(shard => !known.ContainsKey(shard.ShardId))
                .OrderByDescending(shard => shard.ShardId, StringComparer.Ordinal)
                .Select(shard => new Lease(
                    shard.ShardId,
                    Continues(shard) ? Checkpoint.TrimHorizon : StartOfStream(),
                    Owner: null,
                    Counter: 0,
                    shard.Parents
                )),
        ];
        foreach (var lease in added)
        {
            await leases.AddAsync(lease, cancellationToken);
            known.Add(lease.ShardId, lease);
        }

        // The stream's first shards start at the configured position. Later shards continue their parents and start at
        // their own beginning.
        bool Continues(StreamShard shard) =>
            shard.Parents.Any(parentId =>
                known.ContainsKey(parentId) || (shards.TryGetValue(parentId, out var parent) && Continues(parent))
            );
    }

    private async Task RemoveAsync(
        Dictionary<string, StreamShard> shards,
        Dictionary<string, Lease> known,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var lease in known
                .Values.Where(lease => _expiry.HasLeftStream(lease, shards.ContainsKey(lease.ShardId)))
                .ToArray()
        )
        {
            await leases.RemoveAsync(lease, cancellationToken);
            known.Remove(lease.ShardId);
            _expiry.Forget(lease.ShardId);
            LogRemoved(logger, lease.ShardId, lease.Checkpoint);
        }
    }

    private string StartOfStream() =>
        options.StartingPosition switch
        {
            StartingPosition.Latest => Checkpoint.At(time.GetUtcNow()),
            StartingPosition.AtTimestamp => Checkpoint.At(options.StartingPositionTimestamp!.Value),
            _ => Checkpoint.TrimHorizon,
        };

    // A parent without a lease has left the stream's retention.
    private static bool IsReadable(Lease lease, Dictionary<string, Lease> known) =>
        lease.Checkpoint != Checkpoint.ShardEnd
        && lease.Parents.All(parentId =>
            !known.TryGetValue(parentId, out var parent) || parent.Checkpoint == Checkpoint.ShardEnd
        );

    [LoggerMessage(2040, LogLevel.Information, "Requested shard {ShardId} from worker {Owner} (rebalancing)")]
    private static partial void LogRequested(ILogger logger, string shardId, string owner);

    [LoggerMessage(
        2041,
        LogLevel.Information,
        "Removed the lease of shard {ShardId} at checkpoint {Checkpoint}: the shard has left the stream's retention"
    )]
    private static partial void LogRemoved(ILogger logger, string shardId, string checkpoint);
}
