using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource;

/// <summary>
/// Does the work of Lambda's event source mapping outside Lambda: takes leases on this worker's share of the stream's
/// shards (<see cref="LeaseCoordinator"/>) and runs a <see cref="ShardConsumer"/> for each. A shard is read only after
/// its parents were read to their end, so that a partition key's records stay in order across splits and merges.
/// </summary>
internal sealed partial class EventSourceMapping(
    ShardSource source,
    IOptions<EventSourceMappingOptions> options,
    TimeProvider time,
    ProcessorMetrics metrics,
    ILogger<EventSourceMapping> logger
) : BackgroundService
{
    private readonly EventSourceMappingOptions _options = options.Value;
    private readonly MappingRuntime _runtime = new(options.Value, time, metrics, logger);
    private readonly LeaseCoordinator _coordinator = new(source.Stream, source.Leases, options.Value, time, logger);
    private readonly ConcurrentDictionary<string, RunningShard> _running = new();
    private readonly SemaphoreSlim _wake = new(0, 1);

    private sealed record RunningShard(Lease Lease, ShardConsumer Consumer)
    {
        /// <summary>Cancelled when another worker requests the shard: finish the running batch, then stop.</summary>
        public CancellationTokenSource Requested { get; } = new();

        /// <summary>Cancelled when another worker took the lease: abort the running batch.</summary>
        public CancellationTokenSource Lost { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;
    }

    /// <inheritdoc cref="LeaseCoordinator.Leases"/>
    public IReadOnlyList<Lease> Leases => _coordinator.Leases;

    /// <summary>Status of each shard that this process reads.</summary>
    public IEnumerable<ShardStatus> Shards => _running.Values.Select(shard => shard.Consumer.Status);

    /// <inheritdoc cref="LeaseCoordinator.StreamFailure"/>
    public string? StreamFailure => _coordinator.StreamFailure;

    /// <inheritdoc cref="LeaseCoordinator.LeaseTableFailure"/>
    public string? LeaseTableFailure => _coordinator.LeaseTableFailure;

    /// <summary>Reason why shards or leases could not be listed last time; null if they could.</summary>
    public string? Failure { get; private set; } = "Shards and leases have not been listed yet.";

    private TimeSpan RenewalInterval => TimeSpan.FromSeconds(_options.LeaseSeconds / 3.0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Do not trace polls, leases and checkpoints. Each batch continues the traces of its purchases.
        using var untraced = NoTrace.Begin();
        metrics.ObserveShards(() => Shards, time);
        using var aborting = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var onStop = stoppingToken.Register(() =>
            aborting.CancelAfter(TimeSpan.FromSeconds(_options.StopGraceSeconds))
        );
        using var ended = new CancellationTokenSource();
        var renewing = RenewAsync(ended.Token);
        var backoff = _runtime.RetryBackoff();
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var taken in _coordinator.TakeAsync([.. _running.Keys], stoppingToken))
                        Start(taken, aborting.Token, stoppingToken);
                    if (Failure is not null)
                        LogListening(logger, Leases.Count);
                    Failure = null;
                    backoff.Reset();
                    await UntilWokenAsync(TimeSpan.FromMilliseconds(_options.DiscoveryMilliseconds), stoppingToken);
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
            // The shard consumers finish their batches and release their leases.
        }
        await Task.WhenAll(_running.Values.Select(shard => shard.Task));
        await ended.CancelAsync();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start(Lease lease, CancellationToken aborting, CancellationToken stopping)
    {
        var shard = new RunningShard(lease, new ShardConsumer(source, lease, _runtime));
        _running[lease.ShardId] = shard;
        metrics.Leases.AddTaken();
        LogTaken(logger, lease.ShardId, lease.Checkpoint);
        shard.Task = Task.Run(() => RunAsync(shard, aborting, stopping), CancellationToken.None);
    }

    private async Task RunAsync(RunningShard shard, CancellationToken aborting, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            stopping,
            shard.Requested.Token,
            shard.Lost.Token
        );
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(aborting, shard.Lost.Token);
        try
        {
            await shard.Consumer.RunAsync(stop.Token, abort.Token);
            metrics.Leases.AddEnded();
            LogEnded(logger, shard.Lease.ShardId);
        }
        catch (LeaseLostException)
        {
            metrics.Leases.AddLost();
            LogLost(logger, shard.Lease.ShardId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (shard.Lost.IsCancellationRequested)
            {
                metrics.Leases.AddLost();
                LogLost(logger, shard.Lease.ShardId);
            }
            else if (shard.Requested.IsCancellationRequested)
            {
                metrics.Leases.AddHandedOver();
                LogHandedOver(logger, shard.Lease.ShardId);
            }
        }
        catch (Exception e)
        {
            LogFailed(logger, shard.Lease.ShardId, e.GetType().Name, e.Message);
        }
        await ReleaseAsync(shard);
        _running.TryRemove(shard.Lease.ShardId, out _);
        Wake();
    }

    private async Task ReleaseAsync(RunningShard shard)
    {
        try
        {
            using var timeout = new CancellationTokenSource(
                TimeSpan.FromSeconds(Math.Max(1, _options.StopGraceSeconds)),
                time
            );
            await source.Leases.ReleaseAsync(shard.Lease.ShardId, shard.Lease.Owner!, timeout.Token);
        }
        catch (Exception e)
        {
            // The lease expires by itself.
            LogNotReleased(logger, shard.Lease.ShardId, e.GetType().Name, e.Message);
        }
    }

    private async Task RenewAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(RenewalInterval, time);
        while (await timer.WaitForNextTickAsync(ended))
            await Task.WhenAll(_running.Values.Select(shard => RenewAsync(shard, ended)));
    }

    private async Task RenewAsync(RunningShard shard, CancellationToken ended)
    {
        try
        {
            using var timeout = new CancellationTokenSource(RenewalInterval, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended);
            var renewal = await source.Leases.RenewAsync(
                shard.Lease.ShardId,
                shard.Lease.Owner!,
                shard.Consumer.Status.Backlog(time.GetUtcNow()),
                either.Token
            );
            if (renewal == Renewal.Lost)
                await shard.Lost.CancelAsync();
            else if (renewal == Renewal.Requested)
                await shard.Requested.CancelAsync();
        }
        catch (Exception e) when (!ended.IsCancellationRequested)
        {
            // The lease table is unavailable. Without it, this worker cannot checkpoint either.
            metrics.Leases.AddNotRenewed();
            LogNotRenewed(logger, shard.Lease.ShardId, e.GetType().Name, e.Message);
        }
    }

    private async Task UntilWokenAsync(TimeSpan atMost, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
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
            // Already signalled.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2000, LogLevel.Information, "Event source mapping is running; tracking {Shards} shards")]
    private static partial void LogListening(ILogger logger, int shards);

    [LoggerMessage(2001, LogLevel.Warning, "Cannot list shards or leases; retrying: {Exception}: {Reason}")]
    private static partial void LogNotListed(ILogger logger, string exception, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Took the lease of shard {ShardId}; reading from {Checkpoint}")]
    private static partial void LogTaken(ILogger logger, string shardId, string checkpoint);

    [LoggerMessage(2003, LogLevel.Information, "Processed shard {ShardId} to its end")]
    private static partial void LogEnded(ILogger logger, string shardId);

    [LoggerMessage(2004, LogLevel.Warning, "Lost the lease of shard {ShardId} to another worker")]
    private static partial void LogLost(ILogger logger, string shardId);

    [LoggerMessage(2005, LogLevel.Error, "Consumer of shard {ShardId} failed; restarting it: {Exception}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(
        2006,
        LogLevel.Warning,
        "Cannot release the lease of shard {ShardId}; it will expire: {Exception}: {Reason}"
    )]
    private static partial void LogNotReleased(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2008, LogLevel.Information, "Handed over shard {ShardId} to another worker (rebalancing)")]
    private static partial void LogHandedOver(ILogger logger, string shardId);

    [LoggerMessage(2007, LogLevel.Debug, "Cannot renew the lease of shard {ShardId}: {Exception}: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string shardId, string exception, string reason);
}
