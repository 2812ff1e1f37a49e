using Amazon.Kinesis.Model;

namespace Pos.Ingest.Stream;

/// <summary>Purchases of one shard that share a stream record: NDJSON, a purchase a line.</summary>
internal sealed class StreamRecord(string shardId)
{
    /// <summary>
    /// A PUT is billed per 25 KB, so small purchases share a record. The limit of a record is 1 MiB (Kinesis,
    /// PutRecords).
    /// </summary>
    public const int MostBytes = 512 * 1024;

    private readonly List<PendingPurchase> _purchases = [];

    public string ShardId { get; } = shardId;
    public IReadOnlyList<PendingPurchase> Purchases => _purchases;
    public int Bytes { get; private set; }

    public bool HasRoomFor(PendingPurchase purchase) =>
        _purchases.Count == 0 || Bytes + purchase.Json.Length <= MostBytes;

    public void Add(PendingPurchase purchase)
    {
        _purchases.Add(purchase);
        Bytes += purchase.Json.Length;
    }

    /// <summary>
    /// Kinesis hashes the partition key as <see cref="ShardMap"/> does, so the first purchase's id leads all of them to
    /// their shard.
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
