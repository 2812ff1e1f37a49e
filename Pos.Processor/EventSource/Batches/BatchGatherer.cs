using Pos.Processor.EventSource.Shards;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// Gathers a shard's records into batches. A batch is complete at the batch size, at 6 MB, or when the batching window
/// ends.
/// </summary>
/// <remarks>
/// Lambda, for Kinesis: "the next batching window begins as soon as the previous function invocation completes". A
/// window without a record makes no call; the next window follows at once. CreateEventSourceMapping requires a window
/// of a second for a BatchSize above 10, but only for SQS: the defaults for Kinesis are 100 and 0.
/// </remarks>
internal sealed class BatchGatherer(ShardReader reader, EventSourceMappingOptions options, TimeProvider time)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.MaximumBatchingWindowInSeconds);
    private IReadOnlyList<StreamRecord> _read = [];
    private int _next;

    /// <summary>
    /// Returns consecutive records for up to <paramref name="batches"/> batches, or null at the end of the shard. Call
    /// it when all earlier records are processed.
    /// </summary>
    public async Task<IReadOnlyList<StreamRecord>?> NextAsync(int batches, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (_next == _read.Count && (await reader.PeekAsync(cancellationToken) is null || !TryTake(cancellationToken)))
            return null;

        var gathered = new List<StreamRecord>();
        var capacity = new BatchCapacity(options.BatchSize, batches);
        var left = TimeLeft(time.GetElapsedTime(begun));
        while (true)
        {
            for (; _next < _read.Count; _next++)
            {
                if (!capacity.TryAdd(_read[_next]))
                    return gathered;
                gathered.Add(_read[_next]);
            }
            if (capacity.IsFull || !await HasMoreAsync(begun, left, cancellationToken) || !TryTake(cancellationToken))
                return gathered;
        }
    }

    private TimeSpan TimeLeft(TimeSpan passed) =>
        _window == TimeSpan.Zero ? TimeSpan.Zero : passed + _window - new TimeSpan(passed.Ticks % _window.Ticks);

    /// <summary>Waits until more records were read ahead. Returns false if the window ends first.</summary>
    private async Task<bool> HasMoreAsync(long begun, TimeSpan windowEnds, CancellationToken cancellationToken)
    {
        var ahead = reader.PeekAsync(cancellationToken);
        if (ahead.IsCompleted)
            return true;
        var left = windowEnds - time.GetElapsedTime(begun);
        if (left <= TimeSpan.Zero)
            return false;
        try
        {
            await ahead.WaitAsync(left, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool TryTake(CancellationToken cancellationToken)
    {
        if (reader.Take(cancellationToken) is not { } read)
            return false;
        (_read, _next) = (read, 0);
        return true;
    }
}
