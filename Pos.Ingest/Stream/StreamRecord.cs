using Amazon.Kinesis.Model;

namespace Pos.Ingest.Stream;

/// <summary>Purchases of one shard that share a stream record, as NDJSON.</summary>
internal sealed class StreamRecord(string shardId)
{
    /// <summary>
    /// Maximum bytes of a record. Small purchases share one, because Kinesis bills each 25 KB. Kinesis allows 1 MiB
    /// (PutRecords).
    /// </summary>
    public const int MaxBytes = 512 * 1024;

    private readonly List<PendingPurchase> _purchases = [];

    public string ShardId { get; } = shardId;
    public IReadOnlyList<PendingPurchase> Purchases => _purchases;
    public int Bytes { get; private set; }

    public bool Fits(PendingPurchase purchase) => _purchases.Count == 0 || Bytes + purchase.Json.Length <= MaxBytes;

    public void Add(PendingPurchase purchase)
    {
        _purchases.Add(purchase);
        Bytes += purchase.Json.Length;
    }

    /// <summary>
    /// Creates the request entry. Kinesis hashes the partition key as <see cref="ShardMap"/> does, so the id of the
    /// first purchase leads to the shard of all of them.
    /// </summary>
    public PutRecordsRequestEntry ToEntry()
    {
        var data = new byte[Bytes];
        var end = 0;
        foreach (var purchase in _purchases)
        {
            purchase.Json.CopyTo(data.AsMemory(end));
            end += purchase.Json.Length;
        }
        return new PutRecordsRequestEntry
        {
            Data = new MemoryStream(data, writable: false),
            PartitionKey = _purchases[0].PurchaseId,
        };
    }
}
