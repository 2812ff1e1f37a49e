using LocalCloud.Delivery.Api;
using LocalCloud.Delivery.Log;
using LocalCloud.Telemetry;

namespace LocalCloud.Delivery;

/// <summary>
/// Delivers a stream's log in batches: cut, stage, copy, merge, advance. Every step can be repeated after a crash. The
/// batch's end and object name are on disk before the object is written, and the warehouse records the objects it has.
/// </summary>
internal sealed partial class DeliveryLoop
{
    private readonly string _folder;
    private readonly DeliveryLog _log;
    private readonly DeliveryServices _services;
    private readonly Backoff _backoff;
    private readonly Lock _lock = new();
    private readonly Signal _recordsArrived = new();
    private readonly Signal _destinationChanged = new();
    private Target _target;
    private DeliveryProgress _progress;
    private DeliveryState _state;
    private string? _failure; // The last one logged; null after a success.

    public DeliveryLoop(
        string folder,
        StreamDefinition definition,
        DeliveryProgress progress,
        DeliveryLog log,
        DeliveryServices services
    )
    {
        _folder = folder;
        _log = log;
        _services = services;
        _backoff = new Backoff(services.Options.Value);
        _target = Target.From(definition);
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

    /// <summary>Signals that there are new records.</summary>
    public void Wake() => _recordsArrived.Set();

    /// <summary>Changes the destination, also for the current batch.</summary>
    /// <exception cref="Protocol.AwsException">InvalidArgumentException: the destination is invalid. The previous one
    /// stays in use.</exception>
    public void SetDestination(StreamDefinition definition)
    {
        var target = Target.From(definition);
        lock (_lock)
            _target = target;
        _destinationChanged.Set();
        _recordsArrived.Set();
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
                SaveProgress(new DeliveryProgress(batch.To, null));
                _log.DropBefore(batch.To);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
            catch (Exception error)
            {
                // The log or its folder failed. Retrying loses nothing.
                if (IsNewFailure("delivery", error))
                    LogDeliveryFailed(_services.Logger, error, Name, _backoff.Max.TotalSeconds);
                UpdateState(state => state with { LastError = error.Message });
                await DelayAsync(_backoff.Max, cancellationToken);
            }
        }
    }

    private string Name => _state.Name;

    /// <summary>Waits as the buffering hints require, then saves the next batch's end and object name.</summary>
    private async Task<DeliveryBatch> CutAsync(CancellationToken cancellationToken)
    {
        var from = _progress.DeliveredTo;
        while (_log.End == from)
            await _recordsArrived.WaitAsync(Timeout.InfiniteTimeSpan, _services.Time, cancellationToken);

        using var first = _log.ReadFrom(from);
        if (!first.Read())
        {
            SaveProgress(new DeliveryProgress(first.Offset, null)); // Everything up to the log's end is damaged.
            return await CutAsync(cancellationToken);
        }
        while (true)
        {
            var destination = Current.Destination;
            var left = first.Arrival + destination.BufferInterval - _services.Time.GetUtcNow();
            if (left <= TimeSpan.Zero || _log.End - from >= destination.BufferBytes)
                break;
            await _recordsArrived.WaitAsync(left, _services.Time, cancellationToken);
        }

        var target = Current;
        var (to, records, bytes) = (first.Offset, 1L, (long)first.Data.Length);
        var arrival = first.Arrival;
        var end = _log.End; // Later records belong to the next batch.
        while (first.Offset < end && first.Read() && bytes + first.Data.Length <= target.Destination.BufferBytes)
            (to, records, bytes) = (first.Offset, records + 1, bytes + first.Data.Length);

        var key = StagingObject.CreateKey(
            target.Destination.Prefix,
            Name,
            target.Version,
            arrival,
            target.Destination.Gzip
        );
        var backup = target.Destination.Backup is { } backupBucket
            ? new BackupObject(
                backupBucket.Bucket,
                StagingObject.CreateKey(backupBucket.Prefix, Name, target.Version, arrival, backupBucket.Gzip),
                backupBucket.Gzip
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
        SaveProgress(_progress with { Batch = batch });
        return batch;
    }

    /// <summary>
    /// Puts the object and retries until it succeeds. While the bucket is unavailable, delivery pauses, like
    /// Firehose's, and the log keeps the records.
    /// </summary>
    private async Task StageAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var began = _services.Time.GetTimestamp();
                await StagingObject.PutAsync(_services.Bucket, _log, _progress.DeliveredTo, batch, cancellationToken);
                RecordSuccess("stage", began);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await WaitAfterFailureAsync(error, batch.Url, attempt, TimeSpan.MaxValue, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Copies the object into the warehouse. Returns false if the retry duration expired and the object was skipped.
    /// Its manifest is then under the error prefix, for a backfill.
    /// </summary>
    private async Task<bool> CopyAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var began = _services.Time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var attempted = _services.Time.GetTimestamp();
                var result = await _services.Warehouse.CopyAsync(
                    Current.Destination,
                    batch,
                    attempt,
                    cancellationToken
                );
                var now = _services.Time.GetUtcNow();
                RecordSuccess("copy", attempted);
                _services.Metrics.Loaded(Name, result.Rows, result.Errors, now - batch.FirstArrival);
                if (result.WasLoaded)
                    LogAlreadyLoaded(_services.Logger, batch.Url, result.Rows, result.Errors);
                else
                    LogLoaded(_services.Logger, batch.Url, attempt, result.Rows, result.Errors);
                UpdateState(state =>
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
                var left = began + Current.Destination.RetryDuration - _services.Time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    await SkipAsync(batch, error, attempt, cancellationToken);
                    return false;
                }
                await WaitAfterFailureAsync(error, batch.Url, attempt, left, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Runs the merge. If it does not succeed within the retry duration, the next merge includes the rows.
    /// </summary>
    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        var began = _services.Time.GetUtcNow();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var attempted = _services.Time.GetTimestamp();
                await _services.Warehouse.AfterCopyAsync(Current.Destination, cancellationToken);
                RecordSuccess("merge", attempted);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                var left = began + Current.Destination.RetryDuration - _services.Time.GetUtcNow();
                if (left <= TimeSpan.Zero)
                {
                    LogMergeAbandoned(_services.Logger, error, Name, attempt);
                    UpdateState(state => state with { LastError = error.Message });
                    return;
                }
                await WaitAfterFailureAsync(error, "the merge", attempt, left, cancellationToken);
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
                await LoadManifest.PutAsync(_services.Bucket, batch, prefix, cancellationToken);
                break;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await WaitAfterFailureAsync(error, key, attempt, TimeSpan.MaxValue, cancellationToken);
            }
        }
        _services.Metrics.Skipped(Name);
        LogSkipped(_services.Logger, reason, batch.Url, attempts, batch.Records, key);
        UpdateState(state => state with { SkippedObjects = state.SkippedObjects + 1, LastError = reason.Message });
    }

    private Target Current
    {
        get
        {
            lock (_lock)
                return _target;
        }
    }

    private void SaveProgress(DeliveryProgress progress)
    {
        progress.Save(_folder);
        lock (_lock)
            _progress = progress;
    }

    private void UpdateState(Func<DeliveryState, DeliveryState> change)
    {
        lock (_lock)
            _state = change(_state);
    }

    private sealed record Target(int Version, Destination Destination)
    {
        public static Target From(StreamDefinition definition) =>
            new(definition.Version, Destination.From(definition.Destination));
    }
}
