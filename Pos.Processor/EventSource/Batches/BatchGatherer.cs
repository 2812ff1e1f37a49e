using Pos.Processor.EventSource.Shards;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// Cuts what a shard's reader reads into batches: at the batch size, at 6 MB, or when the batching window has passed.
/// </summary>
/// <remarks>
/// Lambda, for Kinesis: "the next batching window begins as soon as the previous function invocation completes". A
/// window without a record calls nobody, and is followed by the next. (That a BatchSize above 10 needs a window of a
/// second, as CreateEventSourceMapping says, is a rule of SQS: Kinesis' own defaults are 100 and 0.)
/// </remarks>
internal sealed class BatchGatherer(ShardReader reader, EventSourceMappingOptions options, TimeProvider time)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.MaximumBatchingWindowInSeconds);
    private IReadOnlyList<StreamRecord> _read = [];
    private int _next;

    /// <summary>
    /// Consecutive records for so many batches; null at the shard's end. To be called when all before are done.
    /// </summary>
    public async Task<IReadOnlyList<StreamRecord>?> NextAsync(int batches, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        if (_next == _read.Count && (await reader.Ahead(cancellationToken) is null || !TryTake(cancellationToken)))
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

    /// <summary>Whether something was read ahead, or is, before so much time has passed.</summary>
    private async Task<bool> HasMoreAsync(long begun, TimeSpan windowEnds, CancellationToken cancellationToken)
    {
        var ahead = reader.Ahead(cancellationToken);
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
