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
/// Lambda's event source mapping, where there is no Lambda: takes leases on this worker's part of the stream's shards
/// (<see cref="LeaseCoordinator"/>), and runs each. A shard is read once its parents are at their end, so that a key's
/// records stay in order through splits and merges.
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
        /// <summary>Another worker asks for the shard: the running batch is the last.</summary>
        public CancellationTokenSource Wanted { get; } = new();

        /// <summary>Another worker has the shard: the running batch is its.</summary>
        public CancellationTokenSource Lost { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;
    }

    /// <summary>The leases as last listed.</summary>
    public IReadOnlyList<Lease> Leases => _coordinator.Leases;

    /// <summary>The shards that this process reads.</summary>
    public IEnumerable<ShardStatus> Shards => _running.Values.Select(shard => shard.Consumer.Status);

    /// <inheritdoc cref="LeaseCoordinator.StreamFailure"/>
    public string? StreamFailure => _coordinator.StreamFailure;

    /// <inheritdoc cref="LeaseCoordinator.LeaseTableFailure"/>
    public string? LeaseTableFailure => _coordinator.LeaseTableFailure;

    /// <summary>Why stream and leases could not be listed; null when they could.</summary>
    public string? Failure { get; private set; } = "Stream and leases were not listed yet.";

    private TimeSpan RenewalInterval => TimeSpan.FromSeconds(_options.LeaseSeconds / 3.0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Polls, leases and checkpoints are not traced. A batch continues the traces of its purchases.
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
            // The running shards end what they have in hand, and give their leases back.
        }
        await Task.WhenAll(_running.Values.Select(shard => shard.Task));
        await ended.CancelAsync();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start(Lease lease, CancellationToken aborting, CancellationToken stopping)
    {
        var shard = new RunningShard(lease, new ShardConsumer(source, lease, _runtime));
        _running[lease.ShardId] = shard;
        metrics.Leases.Taken();
        LogTaken(logger, lease.ShardId, lease.Checkpoint);
        shard.Task = Task.Run(() => RunAsync(shard, aborting, stopping), CancellationToken.None);
    }

    private async Task RunAsync(RunningShard shard, CancellationToken aborting, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            stopping,
            shard.Wanted.Token,
            shard.Lost.Token
        );
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(aborting, shard.Lost.Token);
        try
        {
            await shard.Consumer.RunAsync(stop.Token, abort.Token);
            metrics.Leases.Ended();
            LogEnded(logger, shard.Lease.ShardId);
        }
        catch (LeaseLostException)
        {
            metrics.Leases.Lost();
            LogLost(logger, shard.Lease.ShardId);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (shard.Lost.IsCancellationRequested)
            {
                metrics.Leases.Lost();
                LogLost(logger, shard.Lease.ShardId);
            }
            else if (shard.Wanted.IsCancellationRequested)
            {
                metrics.Leases.HandedOver();
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
            // It will run out.
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
            else if (renewal == Renewal.Wanted)
                await shard.Wanted.CancelAsync();
        }
        catch (Exception e) when (!ended.IsCancellationRequested)
        {
            // The lease table is away; who cannot renew cannot checkpoint either.
            metrics.Leases.NotRenewed();
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

    [LoggerMessage(
        2001,
        LogLevel.Warning,
        "Stream or leases cannot be listed, and are tried again until they can: {Exception}: {Reason}"
    )]
    private static partial void LogNotListed(ILogger logger, string exception, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Shard {ShardId} is read from {Checkpoint}")]
    private static partial void LogTaken(ILogger logger, string shardId, string checkpoint);

    [LoggerMessage(2003, LogLevel.Information, "Shard {ShardId} is at its end")]
    private static partial void LogEnded(ILogger logger, string shardId);

    [LoggerMessage(2004, LogLevel.Warning, "Shard {ShardId} was taken over by another worker")]
    private static partial void LogLost(ILogger logger, string shardId);

    [LoggerMessage(2005, LogLevel.Error, "Shard {ShardId} stopped, and is started again: {Exception}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "The lease of shard {ShardId} was not given back: {Exception}: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2008, LogLevel.Information, "Shard {ShardId} is given to a worker that has fewer")]
    private static partial void LogHandedOver(ILogger logger, string shardId);

    [LoggerMessage(2007, LogLevel.Debug, "The lease of shard {ShardId} was not renewed: {Exception}: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string shardId, string exception, string reason);
}
