using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Pos.Processor.EventSource;

/// <summary>
/// Lambda's event source mapping, where there is no Lambda: finds the stream's shards, takes leases on those that can be read, and runs each.
/// A shard is read once its parents are at their end, so that a key's records stay in order through splits and merges.
/// </summary>
/// <remarks>A lease without a sign of life is taken over after <see cref="EventSourceMappingOptions.LeaseSeconds"/>. Until then, and as long as its
/// owner lives, the shard is the owner's: shards are not yet shared out evenly among processors.</remarks>
internal sealed partial class EventSourceMapping(
    IShardStream stream, ILeases leases, BatchFunction function, OnFailure onFailure, IOptions<EventSourceMappingOptions> options,
    TimeProvider time, ProcessorMetrics metrics, ILogger<EventSourceMapping> logger) : BackgroundService
{
    private readonly EventSourceMappingOptions _options = options.Value;
    private readonly string _worker = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, RunningShard> _running = new();
    private readonly Dictionary<string, (long Counter, DateTimeOffset Since)> _seen = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private long _takings;

    private sealed record RunningShard(Lease Lease, ShardProcessor Processor, CancellationTokenSource Lost)
    {
        public Task Task { get; set; } = Task.CompletedTask;
    }

    /// <summary>The leases as last listed.</summary>
    public IReadOnlyList<Lease> Leases { get; private set; } = [];

    /// <summary>The shards that this process reads.</summary>
    public IEnumerable<ShardStatus> Shards => _running.Values.Select(shard => shard.Processor.Status);

    /// <summary>Why stream and leases could not be listed; null when they could.</summary>
    public string? Failure { get; private set; } = "Stream and leases were not listed yet.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveIteratorAge(() => Shards.Where(shard => shard.MillisBehindLatest is not null).Select(shard => (shard.ShardId, shard.MillisBehindLatest!.Value)));
        using var aborting = new CancellationTokenSource();
        using var onStop = stoppingToken.Register(() => aborting.CancelAfter(TimeSpan.FromSeconds(_options.StopGraceSeconds)));
        var renewing = RenewAsync(stoppingToken);
        var backoff = new Backoff(_options.RetryDelayMilliseconds, _options.MaximumRetryDelayMilliseconds, time);
        try
        {
            while (true)
            {
                try
                {
                    await DiscoverAsync(aborting.Token, stoppingToken);
                    if (Failure is not null)
                        LogListening(logger, Leases.Count);
                    Failure = null;
                    backoff.Reset();
                    await _wake.WaitAsync(TimeSpan.FromMilliseconds(_options.DiscoveryMilliseconds), stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    var failure = $"{e.GetType().Name}: {e.Message}";
                    if (Failure != failure)
                        LogNotListed(logger, e.GetType().Name, e.Message);
                    Failure = failure;
                    await backoff.WaitAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The running shards end what they have in hand, and give their leases back.
        }
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_running.Values.Select(shard => shard.Task));
    }

    private async Task DiscoverAsync(CancellationToken aborting, CancellationToken stopping)
    {
        var shards = await stream.ListShardsAsync(stopping);
        var known = (await leases.ListAsync(stopping)).ToDictionary(lease => lease.ShardId);
        // A stream's first shards start where the options say. Those that appear later continue others: from their beginning.
        var start = known.Count == 0 ? StartOfStream() : Checkpoint.TrimHorizon;
        foreach (var shard in shards.Where(shard => !known.ContainsKey(shard.ShardId)))
        {
            var lease = new Lease(shard.ShardId, start, Owner: null, Counter: 0, shard.Parents);
            await leases.AddAsync(lease, stopping);
            known.Add(lease.ShardId, lease);
        }
        Leases = [.. known.Values.OrderBy(lease => lease.ShardId, StringComparer.Ordinal)];

        foreach (var lease in Leases.Where(lease => IsReadable(lease, known) && !_running.ContainsKey(lease.ShardId) && IsFree(lease)))
            if (await leases.TryTakeAsync(lease, $"{_worker}#{++_takings}", stopping) is { } taken)
                Start(taken, aborting, stopping);
    }

    private string StartOfStream() => _options.StartingPosition switch
    {
        StartingPosition.Latest => Checkpoint.At(time.GetUtcNow()),
        StartingPosition.AtTimestamp => Checkpoint.At(_options.StartingPositionTimestamp!.Value),
        _ => Checkpoint.TrimHorizon,
    };

    // A parent without a lease has left the stream's retention.
    private static bool IsReadable(Lease lease, Dictionary<string, Lease> known) =>
        lease.Checkpoint != Checkpoint.ShardEnd
        && lease.Parents.All(parent => !known.TryGetValue(parent, out var of) || of.Checkpoint == Checkpoint.ShardEnd);

    /// <summary>Nobody has it, or whoever has it has not counted on for as long as a lease lasts, by this worker's own clock.</summary>
    private bool IsFree(Lease lease)
    {
        if (lease.Owner is null)
            return true;
        var now = time.GetUtcNow();
        if (!_seen.TryGetValue(lease.ShardId, out var seen) || seen.Counter != lease.Counter)
            _seen[lease.ShardId] = seen = (lease.Counter, now);
        return now - seen.Since >= TimeSpan.FromSeconds(_options.LeaseSeconds);
    }

    private void Start(Lease lease, CancellationToken aborting, CancellationToken stopping)
    {
        var processor = new ShardProcessor(stream, leases, lease, function, onFailure, _options, time, metrics, logger);
        var shard = new RunningShard(lease, processor, new());
        _running[lease.ShardId] = shard;
        LogTaken(logger, lease.ShardId, lease.Checkpoint);
        shard.Task = Task.Run(() => RunAsync(shard, aborting, stopping), CancellationToken.None);
    }

    private async Task RunAsync(RunningShard shard, CancellationToken aborting, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, shard.Lost.Token);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(aborting, shard.Lost.Token);
        try
        {
            await shard.Processor.RunAsync(stop.Token, abort.Token);
            LogEnded(logger, shard.Lease.ShardId);
        }
        catch (LeaseLostException)
        {
            LogLost(logger, shard.Lease.ShardId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (shard.Lost.IsCancellationRequested)
                LogLost(logger, shard.Lease.ShardId);
        }
        catch (Exception e)
        {
            LogFailed(logger, e, shard.Lease.ShardId);
        }
        await ReleaseAsync(shard);
        _running.TryRemove(shard.Lease.ShardId, out _);
        shard.Lost.Dispose();
        Wake();
    }

    private async Task ReleaseAsync(RunningShard shard)
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Max(1, _options.StopGraceSeconds)));
            await leases.ReleaseAsync(shard.Lease.ShardId, shard.Lease.Owner!, timeout.Token);
        }
        catch (Exception e)
        {
            // It will run out.
            LogNotReleased(logger, shard.Lease.ShardId, e.GetType().Name, e.Message);
        }
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.LeaseSeconds / 3.0), time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            foreach (var shard in _running.Values)
            {
                try
                {
                    if (!await leases.TryRenewAsync(shard.Lease.ShardId, shard.Lease.Owner!, stopping) && _running.ContainsKey(shard.Lease.ShardId))
                        await shard.Lost.CancelAsync();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The lease table is away; who cannot renew cannot checkpoint either, and nobody can take over.
                    LogNotRenewed(logger, shard.Lease.ShardId, e.GetType().Name, e.Message);
                }
            }
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2000, LogLevel.Information, "The event source mapping knows {Shards} shards")]
    private static partial void LogListening(ILogger logger, int shards);

    [LoggerMessage(2001, LogLevel.Warning, "Stream or leases cannot be listed, and are tried again until they can: {Exception}: {Reason}")]
    private static partial void LogNotListed(ILogger logger, string exception, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Shard {ShardId} is read from {Checkpoint}")]
    private static partial void LogTaken(ILogger logger, string shardId, string checkpoint);

    [LoggerMessage(2003, LogLevel.Information, "Shard {ShardId} is at its end")]
    private static partial void LogEnded(ILogger logger, string shardId);

    [LoggerMessage(2004, LogLevel.Warning, "Shard {ShardId} was taken over by another worker")]
    private static partial void LogLost(ILogger logger, string shardId);

    [LoggerMessage(2005, LogLevel.Error, "Shard {ShardId} stopped, and is started again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string shardId);

    [LoggerMessage(2006, LogLevel.Warning, "The lease of shard {ShardId} was not given back: {Exception}: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2007, LogLevel.Debug, "The lease of shard {ShardId} was not renewed: {Exception}: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string shardId, string exception, string reason);
}
