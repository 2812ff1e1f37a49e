using System.Threading.Channels;

namespace Pos.Processor.EventSource;

/// <summary>Cuts what a shard's reader reads into batches: at the batch size, at 6 MB, or when the batching window has passed.</summary>
internal sealed class BatchGatherer(ChannelReader<IReadOnlyList<StreamRecord>> reads, EventSourceMappingOptions options, TimeProvider time)
{
    /// <summary>Lambda: an invocation's payload is at most 6 MB, in which data is base64.</summary>
    public const int MaximumPayloadBytes = 6 * 1024 * 1024;

    // What the event's JSON adds to a record: about 470 bytes with ARNs of usual length.
    private const int RecordOverheadBytes = 600;

    private IReadOnlyList<StreamRecord> _read = [];
    private int _next;

    /// <summary>The next batch; null at the shard's end.</summary>
    public async Task<IReadOnlyList<StreamRecord>?> NextAsync(CancellationToken cancellationToken)
    {
        if (_next == _read.Count && !await TryReadAsync(cancellationToken))
            return null;

        var batch = new List<StreamRecord>();
        var bytes = 0;
        var windowEnds = time.GetUtcNow().AddSeconds(options.MaximumBatchingWindowInSeconds);
        while (true)
        {
            for (; _next < _read.Count; _next++)
            {
                var size = PayloadBytes(_read[_next]);
                if (batch.Count == options.BatchSize || (batch.Count > 0 && bytes + size > MaximumPayloadBytes))
                    return batch;
                batch.Add(_read[_next]);
                bytes += size;
            }
            if (!await TryReadUntilAsync(windowEnds, cancellationToken))
                return batch;
        }
    }

    private static int PayloadBytes(StreamRecord record) => (record.Data.Length + 2) / 3 * 4 + record.PartitionKey.Length + RecordOverheadBytes;

    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        if (!await reads.WaitToReadAsync(cancellationToken))
            return false;
        return TryTake();
    }

    private async Task<bool> TryReadUntilAsync(DateTimeOffset windowEnds, CancellationToken cancellationToken)
    {
        if (TryTake())
            return true;
        var left = windowEnds - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return false;
        try
        {
            return await reads.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(left, time, cancellationToken) && TryTake();
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool TryTake()
    {
        if (!reads.TryRead(out var read))
            return false;
        (_read, _next) = (read, 0);
        return true;
    }
}
