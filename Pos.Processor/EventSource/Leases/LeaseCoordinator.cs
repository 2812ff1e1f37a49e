using System.Runtime.CompilerServices;
using Pos.Processor.EventSource.Shards;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>
/// A worker's part in sharing a stream's shards: adds leases of new shards and removes those of old ones, and takes and
/// asks for as many as make its part. It knows of other workers by the leases they own or ask for.
/// </summary>
internal sealed partial class LeaseCoordinator(
    IShardStream stream,
    ILeases leases,
    EventSourceMappingOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private readonly LeaseExpiryTracker _watch = new(TimeSpan.FromSeconds(options.LeaseSeconds), time);
    private long _takings;

    public string Worker { get; } = $"{Environment.MachineName}/{Guid.NewGuid():N}";

    /// <summary>The leases as last listed, by shard.</summary>
    public IReadOnlyList<Lease> Leases { get; private set; } = [];

    /// <summary>Why the stream's shards could not be listed; null when they could.</summary>
    public string? StreamFailure { get; private set; }

    /// <summary>Why the leases could not be listed; null when they could.</summary>
    public string? LeaseTableFailure { get; private set; }

    /// <summary>Looks through shards and leases once.</summary>
    /// <param name="running">The shards that the worker reads.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it has taken, each at once.</returns>
    public async IAsyncEnumerable<Lease> TakeAsync(
        IReadOnlyCollection<string> running,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The leases first: a lease that another worker adds meanwhile is then not taken for one whose shard is gone.
        _watch.Begin();
        var listed = await ReachAsync(leases.ListAsync(cancellationToken), failure => LeaseTableFailure = failure);
        var shards = (
            await ReachAsync(stream.ListShardsAsync(cancellationToken), failure => StreamFailure = failure)
        ).ToDictionary(shard => shard.ShardId);
        var known = listed.ToDictionary(lease => lease.ShardId);
        await AddAsync(shards, known, cancellationToken);
        await RemoveAsync(shards, known, cancellationToken);
        Leases = [.. known.Values.OrderBy(lease => lease.ShardId, StringComparer.Ordinal)];

        var balance = LeaseAssignment.Of([.. Leases.Where(lease => IsReadable(lease, known))], Worker, _watch, running);
        var wants = balance.Wants;
        foreach (var lease in balance.Handed.Concat(balance.Free))
        {
            if (lease.WantedBy != Worker && wants <= 0)
                break;
            if (await leases.TryTakeAsync(lease, $"{Worker}#{++_takings}", cancellationToken) is not { } taken)
                continue;
            if (lease.WantedBy != Worker)
                wants--;
            yield return taken;
        }
        foreach (var lease in balance.Ask)
            if (await leases.TryAskAsync(lease, Worker, cancellationToken))
                LogAsked(logger, lease.ShardId, lease.Owner!);
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
        // Children before their parents: whoever goes on after this worker ended in the middle finds none that seems to
        // continue another and does not.
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

        // A stream's first shards start where the options say. Those that appear later continue others: from their
        // beginning.
        bool Continues(StreamShard shard) =>
            shard.Parents.Any(parent =>
                known.ContainsKey(parent) || (shards.TryGetValue(parent, out var of) && Continues(of))
            );
    }

    private async Task RemoveAsync(
        Dictionary<string, StreamShard> shards,
        Dictionary<string, Lease> known,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var lease in known.Values.Where(lease => _watch.IsGone(lease, shards.ContainsKey(lease.ShardId))).ToArray()
        )
        {
            await leases.RemoveAsync(lease, cancellationToken);
            known.Remove(lease.ShardId);
            _watch.Forget(lease.ShardId);
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
        && lease.Parents.All(parent => !known.TryGetValue(parent, out var of) || of.Checkpoint == Checkpoint.ShardEnd);

    [LoggerMessage(2040, LogLevel.Information, "Shard {ShardId} is asked of {Owner}, who has more")]
    private static partial void LogAsked(ILogger logger, string shardId, string owner);

    [LoggerMessage(
        2041,
        LogLevel.Information,
        "Shard {ShardId} has left the stream's retention; its lease, at {Checkpoint}, is removed"
    )]
    private static partial void LogRemoved(ILogger logger, string shardId, string checkpoint);
}
