using LocalCloud.Delivery.Api;
using LocalCloud.Delivery.Log;
using LocalCloud.Telemetry;

namespace LocalCloud.Delivery;

/// <summary>
/// Delivers a stream's log batch by batch: cut, stage, copy, merge, advance. Each step may be done again after a crash:
/// the batch's end and object are on disk before the object is written, and the warehouse knows which objects it has.
/// </summary>
internal sealed partial class DeliveryLoop
{
    private readonly string _folder;
    private readonly DeliveryLog _log;
    private readonly DeliveryParts _parts;
    private readonly Backoff _backoff;
    private readonly Lock _lock = new();
    private readonly Signal _records = new();
    private readonly Signal _destinationChanged = new();
    private Target _target;
    private DeliveryProgress _progress;
    private DeliveryState _state;
    private string? _failure; // the last one told; null when all went well since

    public DeliveryLoop(
        string folder,
        StreamDefinition definition,
        DeliveryProgress progress,
        DeliveryLog log,
        DeliveryParts parts
    )
    {
        _folder = folder;
        _log = log;
        _parts = parts;
        _backoff = new Backoff(parts.Options.Value);
        _target = Target.Of(definition);
        _progress = progress;
        _state = new DeliveryState
        {
            Name = definition.Name,
            BacklogBytes = 0,
            Objects = 0,
            Rows = 0,
            RefusedRows = 0,
            SkippedObjects = 0,
            Damaged = [],
        };
    }

    public long BacklogBytes => _log.End - Volatile.Read(ref _progress).DeliveredTo;

    public DeliveryState State
    {
        get
        {
            lock (_lock)
                return _state with
                {
                    BacklogBytes = BacklogBytes,
                    Loading = _progress.Batch?.Url,
                    Damaged = _log.Damage,
                };
        }
    }

    /// <summary>Tells that there are new records.</summary>
    public void Wake() => _records.Set();

    /// <summary>Takes a new destination, also for the batch under way.</summary>
    /// <exception cref="Protocol.AwsException">InvalidArgumentException: the destination is not valid; the old one
    /// stays.</exception>
    public void Deliver(StreamDefinition definition)
    {
        var target = Target.Of(definition);
        lock (_lock)
            _target = target;
        _destinationChanged.Set();
        _records.Set();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var untraced = NoTrace.Begin();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var batch = _progress.Batch ?? await CutAsync(cancellationToken);
                using var trace = DeliveryTrace.StartBatch(Name, batch, _log.Traces.TakeUpTo(batch.To));
                await StageAsync(batch, cancellationToken);
                if (await CopyAsync(batch, cancellationToken))
                    await MergeAsync(cancellationToken);
                Advance(new DeliveryProgress(batch.To, null));
                _log.DropBefore(batch.To);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
            catch (Exception error)
            {
                // The log itself, or its folder. Nothing is lost by trying again, and nothing else would be right.
                if (IsNews("delivery", error))
                    LogDeliveryFailed(_parts.Logger, error, Name, _backoff.Longest.TotalSeconds);
                Note(state => state with { LastError = error.Message });
                await DelayAsync(_backoff.Longest, cancellationToken);
            }
        }
    }

    private string Name => _state.Name;

    /// <summary>Waits until the buffering hints say so, then fixes the next batch's end and object.</summary>
    private async Task<DeliveryBatch> CutAsync(CancellationToken cancellationToken)
    {
        var from = _progress.DeliveredTo;
        while (_log.End == from)
            await _records.WaitAsync(Timeout.InfiniteTimeSpan, _parts.Time, cancellationToken);

        using var first = _log.ReadFrom(from);
        if (!first.Read())
        {
            Advance(new DeliveryProgress(first.Offset, null)); // nothing but damage up to the log's end
            return await CutAsync(cancellationToken);
        }
        while (true)
        {
            var destination = Current.Destination;
            var left = first.Arrival + destination.BufferInterval - _parts.Time.GetUtcNow();
            if (left <= TimeSpan.Zero || _log.End - from >= destination.BufferBytes)
                break;
            await _records.WaitAsync(left, _parts.Time, cancellationToken);
        }

        var target = Current;
        var (to, records, bytes) = (first.Offset, 1L, (long)first.Data.Length);
        var arrival = first.Arrival;
        var end = _log.End; // what arrives from here on is the next batch's
        while (first.Offset < end && first.Read() && bytes + first.Data.Length <= target.Destination.BufferBytes)
            (to, records, bytes) = (first.Offset, records + 1, bytes + first.Data.Length);

        var key = StagingObject.Key(target.Destination.Prefix, Name, target.Version, arrival, target.Destination.Gzip);
        var backup = target.Destination.Backup is { } besides
            ? new BackupObject(
                besides.Bucket,
                StagingObject.Key(besides.Prefix, Name, target.Version, arrival, besides.Gzip),
                besides.Gzip
            )
            : null;
        var batch = new DeliveryBatch(
            to,
            records,
            bytes,
            arrival,
            target.Destination.Bucket,
            key,
            target.Destination.Gzip,
            backup
        );
        Advance(_progress with { Batch = batch });
        return batch;
    }

    /// <summary>
    /// Puts the object, trying again without end: while the bucket is away delivery pauses, as Firehose's does, and the
    /// log keeps everything.
    /// </summary>
    private async Task StageAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var began = _parts.Time.GetTimestamp();
                await StagingObject.PutAsync(_parts.Bucket, _log, _progress.DeliveredTo, batch, cancellationToken);
                Succeeded("stage", began);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await FailedAsync(error, batch.Url, attempt, TimeSpan.MaxValue, cancellationToken);
            }
        }
    }

    /// <returns>False when the object was skipped: the retry time passed, and its manifest is where a backfill finds
    /// it.</returns>
    private async Task<bool> CopyAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var began = _parts.Time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var attempted = _parts.Time.GetTimestamp();
                var result = await _parts.Warehouse.CopyAsync(Current.Destination, batch, attempt, cancellationToken);
                var now = _parts.Time.GetUtcNow();
                Succeeded("copy", attempted);
                _parts.Metrics.Loaded(Name, result.Rows, result.Errors, now - batch.FirstArrival);
                if (result.WasLoaded)
                    LogLoadedBefore(_parts.Logger, batch.Url, result.Rows, result.Errors);
                else
                    LogLoaded(_parts.Logger, batch.Url, result.Rows, result.Errors, attempt);
                Note(state =>
                    state with
                    {
                        Objects = state.Objects + 1,
                        Rows = state.Rows + result.Rows,
                        RefusedRows = state.RefusedRows + result.Errors,
                        LastLoadedAt = now,
                        LastError = null,
                    }
                );
                return true;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                var left = began + Current.Destination.RetryDuration - _parts.Time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    await SkipAsync(batch, error, attempt, cancellationToken);
                    return false;
                }
                await FailedAsync(error, batch.Url, attempt, left, cancellationToken);
            }
        }
    }

    /// <summary>
    /// A merge that does not go through within the retry time is left to the next one: the rows have landed.
    /// </summary>
    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        var began = _parts.Time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var attempted = _parts.Time.GetTimestamp();
                await _parts.Warehouse.AfterCopyAsync(Current.Destination, cancellationToken);
                Succeeded("merge", attempted);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                var left = began + Current.Destination.RetryDuration - _parts.Time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    LogMergeGivenUp(_parts.Logger, error, Name, attempt);
                    Note(state => state with { LastError = error.Message });
                    return;
                }
                await FailedAsync(error, "the merge", attempt, left, cancellationToken);
            }
        }
    }

    private async Task SkipAsync(
        DeliveryBatch batch,
        Exception reason,
        int attempts,
        CancellationToken cancellationToken
    )
    {
        var prefix = Current.Destination.ErrorPrefix;
        var key = batch.ManifestKey(prefix);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await LoadManifest.PutAsync(_parts.Bucket, batch, prefix, cancellationToken);
                break;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await FailedAsync(error, key, attempt, TimeSpan.MaxValue, cancellationToken);
            }
        }
        _parts.Metrics.Skipped(Name);
        LogSkipped(_parts.Logger, reason, batch.Url, batch.Records, attempts, key);
        Note(state => state with { SkippedObjects = state.SkippedObjects + 1, LastError = reason.Message });
    }

    private Target Current
    {
        get
        {
            lock (_lock)
                return _target;
        }
    }

    private void Advance(DeliveryProgress progress)
    {
        progress.Save(_folder);
        lock (_lock)
            _progress = progress;
    }

    private void Note(Func<DeliveryState, DeliveryState> change)
    {
        lock (_lock)
            _state = change(_state);
    }

    private sealed record Target(int Version, Destination Destination)
    {
        public static Target Of(StreamDefinition definition) =>
            new(definition.Version, Destination.From(definition.Destination));
    }
}
