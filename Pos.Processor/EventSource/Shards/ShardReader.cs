using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>Reads a shard from a checkpoint on, one read ahead of processing.</summary>
internal sealed partial class ShardReader(IShardStream stream, Lease lease, ShardStatus status, MappingRuntime runtime)
{
    // Kinesis allows 2 MB per second and shard (GetRecords). Larger reads would only stay in memory for longer, and
    // after a response of 10 MB Kinesis throttles the shard for five seconds.
    private const int ReadBytes = 2 * 1024 * 1024;
    private const int MaxUsualRecordBytes = 512 * 1024;
    private const int MaxRecords = 10_000;

    private readonly ReadLimiter _limiter = new(runtime.Time);
    private readonly Backoff _throttled = new(
        runtime.Options.PollMilliseconds * 2,
        runtime.Options.MaximumPollMilliseconds,
        runtime.Time
    );
    private readonly Backoff _unavailable = runtime.RetryBackoff();
    private string _position = lease.Checkpoint; // Checkpoint or sequence number of the last record read.
    private string? _iterator;
    private int _limit = ReadBytes / MaxUsualRecordBytes;
    private bool _ended;
    private Task<IReadOnlyList<StreamRecord>?>? _ahead;

    /// <summary>
    /// Returns the next records, at least one, in the order of the shard, or null at its end. Returns the same task
    /// until <see cref="Take"/>.
    /// </summary>
    public Task<IReadOnlyList<StreamRecord>?> PeekAsync(CancellationToken cancellationToken) =>
        _ahead ??= ReadAsync(cancellationToken);

    /// <summary>Takes the records that <see cref="PeekAsync"/> has read, and starts the next read.</summary>
    public IReadOnlyList<StreamRecord>? Take(CancellationToken cancellationToken)
    {
        var taken = _ahead!.GetAwaiter().GetResult();
        _ahead = ReadAsync(cancellationToken);
        return taken;
    }

    /// <summary>Waits for the running read to end. Cancel it first.</summary>
    public async Task EndAsync() =>
        await ((Task?)_ahead ?? Task.CompletedTask).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );

    private async Task<IReadOnlyList<StreamRecord>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            try
            {
                await _limiter.WaitAsync(cancellationToken);
                _iterator ??= await stream.GetIteratorAsync(lease.ShardId, _position, cancellationToken);
                var result = await stream.ReadAsync(lease.ShardId, _iterator, _limit, cancellationToken);
                _throttled.Reset();
                _unavailable.Reset();
                if (status.RecordRead(result))
                    LogRecovered(runtime.Logger, lease.ShardId);

                _iterator = result.NextIterator;
                _ended = result.NextIterator is null;
                if (result.Records is not [])
                {
                    _position = result.Records[^1].SequenceNumber;
                    _limit = LimitAfter(result.Records);
                    return result.Records;
                }
                if (!_ended)
                    await Task.Delay(
                        TimeSpan.FromMilliseconds(runtime.Options.PollMilliseconds),
                        runtime.Time,
                        cancellationToken
                    );
            }
            catch (ExpiredIteratorException)
            {
                // Iterators expire after five minutes. A shard whose processing was blocked for longer needs a new one.
                LogExpired(runtime.Logger, lease.ShardId);
                _iterator = null;
                await _throttled.WaitAsync(cancellationToken);
            }
            // KMS throttling counts as throttling too. Other KMS errors, such as denied access or a disabled key, do
            // not.
            catch (AmazonServiceException e) when (StoreUnavailable.IsThrottled(e))
            {
                runtime.Metrics.AddThrottledRead(lease.ShardId);
                if (_limiter.Enforce())
                    LogThrottled(runtime.Logger, lease.ShardId, e.ErrorCode ?? e.GetType().Name);
                await _throttled.WaitAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (status.RecordReadFailure(e))
                    LogUnavailable(runtime.Logger, lease.ShardId, e.GetType().Name, e.Message);
                _iterator = null;
                await _unavailable.WaitAsync(cancellationToken);
            }
        }
        return null;
    }

    /// <summary>
    /// GetRecords limits a read by records only. Returns the number of records that make <see cref="ReadBytes"/> at the
    /// average size of the last ones.
    /// </summary>
    private static int LimitAfter(IReadOnlyList<StreamRecord> records) =>
        (int)Math.Clamp(ReadBytes / Math.Max(1, records.Average(record => (double)record.Data.Length)), 1, MaxRecords);

    [LoggerMessage(2020, LogLevel.Warning, "Cannot read shard {ShardId}; retrying: {Exception}: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2021, LogLevel.Information, "Reading shard {ShardId} again")]
    private static partial void LogRecovered(ILogger logger, string shardId);

    [LoggerMessage(
        2022,
        LogLevel.Information,
        "Kinesis throttled a read of shard {ShardId}; limiting it to five reads a second for a minute: {Reason}"
    )]
    private static partial void LogThrottled(ILogger logger, string shardId, string reason);

    [LoggerMessage(2023, LogLevel.Debug, "Iterator of shard {ShardId} expired; requesting a new one")]
    private static partial void LogExpired(ILogger logger, string shardId);
}
