using System.Threading.Channels;
using Amazon.Kinesis.Model;

namespace Pos.Processor.EventSource;

/// <summary>Reads a shard ahead of its processing, by one read.</summary>
internal sealed partial class ShardReader(
    IShardStream stream, string shardId, string checkpoint, EventSourceMappingOptions options, TimeProvider time, ShardStatus status, ILogger logger)
{
    private readonly Channel<IReadOnlyList<StreamRecord>> _reads = Channel.CreateBounded<IReadOnlyList<StreamRecord>>(1);

    /// <summary>Records in the order of the shard. Completes at the shard's end, and only there.</summary>
    public ChannelReader<IReadOnlyList<StreamRecord>> Reads => _reads.Reader;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var read = checkpoint; // Up to here, this reader has read.
        string? iterator = null;
        var throttled = new Backoff(options.PollMilliseconds * 2, options.MaximumPollMilliseconds, time);
        var away = new Backoff(options.RetryDelayMilliseconds, options.MaximumRetryDelayMilliseconds, time);
        var isAway = false;
        while (true)
        {
            try
            {
                iterator ??= await stream.GetIteratorAsync(shardId, read, cancellationToken);
                var result = await stream.ReadAsync(shardId, iterator, cancellationToken);
                if (isAway)
                    LogBack(logger, shardId);
                isAway = false;
                throttled.Reset();
                away.Reset();
                status.Read(result.MillisBehindLatest);

                if (result.Records is not [])
                {
                    await _reads.Writer.WriteAsync(result.Records, cancellationToken);
                    read = result.Records[^1].SequenceNumber;
                }
                if (result.NextIterator is null)
                {
                    _reads.Writer.Complete();
                    return;
                }
                iterator = result.NextIterator;
                if (result.Records is [])
                    await Task.Delay(TimeSpan.FromMilliseconds(options.PollMilliseconds), time, cancellationToken);
            }
            catch (ExpiredIteratorException)
            {
                // An iterator lives five minutes: a shard that a sink has held for longer needs a new one.
                iterator = null;
            }
            catch (ProvisionedThroughputExceededException)
            {
                await throttled.WaitAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isAway)
                    LogAway(logger, shardId, e.GetType().Name, e.Message);
                isAway = true;
                iterator = null;
                await away.WaitAsync(cancellationToken);
            }
        }
    }

    [LoggerMessage(2020, LogLevel.Warning, "Shard {ShardId} cannot be read, and is tried again until it can: {Exception}: {Reason}")]
    private static partial void LogAway(ILogger logger, string shardId, string exception, string reason);

    [LoggerMessage(2021, LogLevel.Information, "Shard {ShardId} can be read again")]
    private static partial void LogBack(ILogger logger, string shardId);
}
