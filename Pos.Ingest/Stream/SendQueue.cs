using Pos.Storage;

namespace Pos.Ingest.Stream;

/// <summary>
/// Queues purchases in order of arrival and tracks the records in flight. A purchase id is in at most one record in
/// flight: PutRecords may accept a later entry and reject an earlier one, so further versions of a purchase wait for
/// the response. Uses neither clock nor stream. Not thread-safe.
/// </summary>
internal sealed class SendQueue(TimeSpan linger, Func<double> jitter)
{
    /// <summary>PutRecords takes 500 entries and 5 MiB a call, partition keys included.</summary>
    public const int MaxRecords = 500;

    /// <inheritdoc cref="MaxRecords"/>
    public const int MaxBytes = 4 * 1024 * 1024;

    // Limits the search past purchases that cannot be sent yet, because it runs at each event.
    private const int MaxSkipped = 5000;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_maxPause = TimeSpan.FromSeconds(1);

    private readonly List<PendingPurchase> _waiting = [];
    private readonly Dictionary<string, StreamRecord> _unacknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShardPause> _pauses = new(StringComparer.Ordinal);
    private TimeSpan _lingerEnds;
    private long _waitingBytes;

    public int Waiting => _waiting.Count;

    public void Add(PendingPurchase purchase, TimeSpan now)
    {
        if (_waiting.Count == 0)
            _lingerEnds = now + linger;
        _waiting.Add(purchase);
        _waitingBytes += purchase.Json.Length;
    }

    /// <summary>Returns null if a flush is due, otherwise the time when it will be.</summary>
    public TimeSpan? LingersUntil(TimeSpan now) =>
        _waitingBytes < MaxBytes && _waiting.Count < MaxRecords && now < _lingerEnds ? _lingerEnds : null;

    /// <summary>Takes the records of one PutRecords call. Returns none if no queued purchase can be sent yet.</summary>
    public IReadOnlyList<StreamRecord> TakeFlush(ShardMap shards, TimeSpan now)
    {
        var records = new List<StreamRecord>();
        var open = new Dictionary<string, StreamRecord>(StringComparer.Ordinal);
        var (kept, next, bytes) = (0, 0, 0);
        for (; next < _waiting.Count && kept < MaxSkipped; next++)
        {
            var purchase = _waiting[next];
            var shardId = shards.ShardOf(purchase.HashKey);
            if (_pauses.TryGetValue(shardId, out var pause) && now < pause.Until)
            {
                _waiting[kept++] = purchase;
                continue;
            }
            if (bytes + purchase.Json.Length > MaxBytes)
                break;
            var isOpen = open.TryGetValue(shardId, out var record);
            if (!isOpen || !record!.Fits(purchase))
            {
                if (records.Count == MaxRecords)
                    break;
                if (isOpen)
                    open.Remove(shardId); // Full. A smaller purchase must not overtake this one.
                record = null;
            }
            if (_unacknowledged.TryGetValue(purchase.PurchaseId, out var earlier) && earlier != record)
            {
                _waiting[kept++] = purchase;
                continue;
            }
            if (record is null)
                records.Add(open[shardId] = record = new StreamRecord(shardId));
            record.Add(purchase);
            bytes += purchase.Json.Length;
            _unacknowledged[purchase.PurchaseId] = record;
        }
        _waiting.RemoveRange(kept, next - kept);
        _waitingBytes -= bytes;
        return records;
    }

    public void Acknowledge(StreamRecord record)
    {
        _pauses.Remove(record.ShardId);
        foreach (var purchase in record.Purchases)
        {
            _unacknowledged.Remove(purchase.PurchaseId);
            purchase.Complete(acknowledged: true);
        }
    }

    /// <summary>
    /// Puts the purchases back at the front of the queue and pauses their shard. They will be packed again, because the
    /// shards may change meanwhile.
    /// </summary>
    public void PutBack(StreamRecord record, TimeSpan now)
    {
        var failures = _pauses.TryGetValue(record.ShardId, out var earlier) ? earlier.Failures : 0;
        if (earlier is null || now >= earlier.Until) // Several records of a shard may fail in one call.
        {
            _pauses[record.ShardId] = new ShardPause(
                failures + 1,
                now + Backoff.Delay(s_firstPause, s_maxPause, failures, jitter())
            );
        }
        foreach (var purchase in record.Purchases)
            _unacknowledged.Remove(purchase.PurchaseId);
        _waiting.InsertRange(0, record.Purchases);
        _waitingBytes += record.Bytes;
    }

    /// <summary>Fails queued purchases that are past their deadline.</summary>
    public void Expire(TimeSpan now)
    {
        if (_waiting.Count > 0 && _waiting[0].Request.Deadline <= now)
            Fail(purchase => purchase.Request.Deadline <= now);
    }

    public void FailAll() => Fail(_ => true);

    /// <summary>
    /// Returns when to try again: at the end of a shard's pause or at the deadline of the oldest purchase.
    /// </summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var due = _waiting[0].Request.Deadline;
        foreach (var pause in _pauses.Values)
            if (pause.Until > now && pause.Until < due)
                due = pause.Until;
        return due;
    }

    private void Fail(Predicate<PendingPurchase> predicate) =>
        _waiting.RemoveAll(purchase =>
        {
            if (!predicate(purchase))
                return false;
            _waitingBytes -= purchase.Json.Length;
            purchase.Complete(acknowledged: false);
            return true;
        });

    private sealed record ShardPause(int Failures, TimeSpan Until);
}
