using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>Reads a shard from a checkpoint on, one read ahead of its processing.</summary>
internal sealed partial class ShardReader(IShardStream stream, Lease lease, ShardStatus status, MappingRuntime runtime)
{
    // What Kinesis lets be read of a shard in a second (GetRecords): more at once would only be held in memory for
    // longer, and an answer of 10 MB is followed by five seconds without any.
    private const int ReadBytes = 2 * 1024 * 1024;
    private const int LargestUsualRecordBytes = 512 * 1024;
    private const int MostRecords = 10_000;

    private readonly ReadLimiter _limiter = new(runtime.Time);
    private readonly Backoff _throttled = new(
        runtime.Options.PollMilliseconds * 2,
        runtime.Options.MaximumPollMilliseconds,
        runtime.Time
    );
    private readonly Backoff _unavailable = runtime.RetryBackoff();
    private string _read = lease.Checkpoint; // Up to here, this reader has read.
    private string? _iterator;
    private int _limit = ReadBytes / LargestUsualRecordBytes;
    private bool _ended;
    private Task<IReadOnlyList<StreamRecord>?>? _ahead;

    /// <summary>
    /// The next records, at least one, in the order of the shard; null at its end. The same until <see cref="Take"/>.
    /// </summary>
    public Task<IReadOnlyList<StreamRecord>?> Ahead(CancellationToken cancellationToken) =>
        _ahead ??= ReadAsync(cancellationToken);

    /// <summary>Takes what <see cref="Ahead"/> has read, and reads on.</summary>
    public IReadOnlyList<StreamRecord>? Take(CancellationToken cancellationToken)
    {
        var taken = _ahead!.GetAwaiter().GetResult();
        _ahead = ReadAsync(cancellationToken);
        return taken;
    }

    /// <summary>Waits for the running read, which the caller has cancelled.</summary>
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
                _iterator ??= await stream.GetIteratorAsync(lease.ShardId, _read, cancellationToken);
                var result = await stream.ReadAsync(lease.ShardId, _iterator, _limit, cancellationToken);
                _throttled.Reset();
                _unavailable.Reset();
                if (status.ReadSucceeded(result))
                    LogBack(runtime.Logger, lease.ShardId);

                _iterator = result.NextIterator;
                _ended = result.NextIterator is null;
                if (result.Records is not [])
                {
                    _read = result.Records[^1].SequenceNumber;
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
                // An iterator lives five minutes: a shard that a sink has held for longer needs a new one, from where
                // it was read to.
                LogExpired(runtime.Logger, lease.ShardId);
                _iterator = null;
                await _throttled.WaitAsync(cancellationToken);
            }
            // A limit of the account's KMS counts as throttling too; other KMS errors (no access, key disabled) do not.
            catch (AmazonServiceException e) when (StoreUnavailable.IsThrottled(e))
            {
                runtime.Metrics.ThrottledRead(lease.ShardId);
                if (_limiter.Throttled())
                    LogThrottled(runtime.Logger, lease.ShardId, e.ErrorCode ?? e.GetType().Name);
                await _throttled.WaitAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (status.ReadFailed(e))
                    LogUnavailable(runtime.Logger, lease.ShardId, e.GetType().Name, e.Message);
                _iterator = null;
                await _unavailable.WaitAsync(cancellationToken);
            }
        }
        return null;
    }

    /// <summary>
    /// GetRecords has a limit in records only: as many as make the bytes, if they are of the size of those before.
    /// </summary>
    private static int LimitAfter(IReadOnlyList<StreamRecord> records) =>
        (int)Math.Clamp(ReadBytes / Math.Max(1, records.Average(record => (double)record.Data.Length)), 1, MostRecords);

    [LoggerMessage(
        2020,
        LogLevel.Warning,
        "Shard {ShardId} cannot be read, and is tried again until it can: {Exception}: {Reason}"
    )]
    private static partial void LogUnavailable(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2021, LogLevel.Information, "Shard {ShardId} can be read again")]
    private static partial void LogBack(ILogger logger, string shardId);

    [LoggerMessage(
        2022,
        LogLevel.Information,
        "Shard {ShardId} is read five times a second at most for a while, as the stream throttles: {Reason}"
    )]
    private static partial void LogThrottled(ILogger logger, string shardId, string reason);

    [LoggerMessage(2023, LogLevel.Debug, "The iterator of shard {ShardId} has expired, and is renewed")]
    private static partial void LogExpired(ILogger logger, string shardId);
}
