using Pos.Storage;

namespace Pos.Ingest.Stream;

/// <summary>
/// Purchases that wait to be sent, in the order of their arrival, and what is on its way. A purchase id is in at most
/// one unacknowledged record: PutRecords may take a later entry and refuse an earlier one, so whatever follows in that
/// purchase waits for the answer. Knows no clock and no stream; not thread-safe.
/// </summary>
internal sealed class SendQueue(TimeSpan linger, Func<double> jitter)
{
    /// <summary>PutRecords takes 500 entries and 5 MiB a call, partition keys included.</summary>
    public const int MostRecords = 500;

    /// <inheritdoc cref="MostRecords"/>
    public const int MostBytes = 4 * 1024 * 1024;

    // Looking past everything that waits, at each event, would cost more than it finds.
    private const int MostPassedOver = 5000;

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

    /// <summary>Null when a flush is due, else when it will be.</summary>
    public TimeSpan? LingersUntil(TimeSpan now) =>
        _waitingBytes < MostBytes && _waiting.Count < MostRecords && now < _lingerEnds ? _lingerEnds : null;

    /// <summary>Takes the records of one PutRecords call; none when everything that waits has to wait on.</summary>
    public IReadOnlyList<StreamRecord> TakeFlush(ShardMap shards, TimeSpan now)
    {
        var records = new List<StreamRecord>();
        var open = new Dictionary<string, StreamRecord>(StringComparer.Ordinal);
        var (kept, next, bytes) = (0, 0, 0);
        for (; next < _waiting.Count && kept < MostPassedOver; next++)
        {
            var purchase = _waiting[next];
            var shardId = shards.ShardOf(purchase.HashKey);
            if (_pauses.TryGetValue(shardId, out var pause) && now < pause.Until)
            {
                _waiting[kept++] = purchase;
                continue;
            }
            if (bytes + purchase.Json.Length > MostBytes)
                break;
            var isOpen = open.TryGetValue(shardId, out var record);
            if (!isOpen || !record!.HasRoomFor(purchase))
            {
                if (records.Count == MostRecords)
                    break;
                if (isOpen)
                    open.Remove(shardId); // full: a smaller purchase must not slip in past this one
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
            purchase.Settle(acknowledged: true);
        }
    }

    /// <summary>
    /// Puts the purchases back in front, to be packed anew: the shards may be others by then. Their shard rests for a
    /// while.
    /// </summary>
    public void PutBack(StreamRecord record, TimeSpan now)
    {
        var failures = _pauses.TryGetValue(record.ShardId, out var earlier) ? earlier.Failures : 0;
        if (earlier is null || now >= earlier.Until) // several records of a shard may fail in one call
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

    /// <summary>Gives up what is past its deadline.</summary>
    public void Expire(TimeSpan now)
    {
        if (_waiting.Count > 0 && _waiting[0].Post.Deadline <= now)
            GiveUp(purchase => purchase.Post.Deadline <= now);
    }

    public void GiveUpAll() => GiveUp(_ => true);

    /// <summary>When to look again at what waits: a shard's pause or the oldest purchase's time is over.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var due = _waiting[0].Post.Deadline;
        foreach (var pause in _pauses.Values)
            if (pause.Until > now && pause.Until < due)
                due = pause.Until;
        return due;
    }

    private void GiveUp(Predicate<PendingPurchase> which) =>
        _waiting.RemoveAll(purchase =>
        {
            if (!which(purchase))
                return false;
            _waitingBytes -= purchase.Json.Length;
            purchase.Settle(acknowledged: false);
            return true;
        });

    private sealed record ShardPause(int Failures, TimeSpan Until);
}
