using System.Text;
using Amazon.Runtime;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Searches the records beyond the checkpoints for a purchase that was accepted but is in no store yet.
/// </summary>
/// <param name="leases">Returns the leases with the checkpoint of each shard.</param>
internal sealed class StreamSearch(IShardStream stream, Func<IReadOnlyList<Lease>> leases)
{
    // Kinesis allows 5 reads per second and shard, most of which the mapping needs.
    private const int MaxReadsPerShard = 2;
    private const int RecordsPerRead = 10_000;

    /// <summary>
    /// Returns the record with the purchase, or null. <c>Complete</c> is false if some records beyond the checkpoints
    /// could not be read.
    /// </summary>
    public async Task<(StreamRecord? Record, bool Complete)> FindAsync(
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var known = leases();
        var complete = known.Count > 0;
        foreach (var lease in known.Where(lease => lease.Checkpoint != Checkpoint.ShardEnd))
        {
            try
            {
                var (record, isRead) = await FindAsync(lease, purchaseId, cancellationToken);
                if (record is not null)
                    return (record, true);
                complete &= isRead;
            }
            catch (AmazonServiceException)
            {
                complete = false; // The stream is throttled or unavailable.
            }
        }
        return (null, complete);
    }

    private async Task<(StreamRecord? Record, bool Complete)> FindAsync(
        Lease lease,
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var text = Encoding.UTF8.GetBytes(purchaseId);
        var iterator = await stream.GetIteratorAsync(lease.ShardId, lease.Checkpoint, cancellationToken);
        for (var reads = 0; reads < MaxReadsPerShard; reads++)
        {
            var read = await stream.ReadAsync(lease.ShardId, iterator, RecordsPerRead, cancellationToken);
            foreach (var record in read.Records)
            {
                if (record.Data.Span.IndexOf(text) >= 0 && Has(record, purchaseId))
                    return (record, true);
            }
            if (read.NextIterator is null || read.MillisBehindLatest == 0)
                return (null, true);
            iterator = read.NextIterator;
        }
        return (null, false);
    }

    private static bool Has(StreamRecord record, string purchaseId)
    {
        var decoded = RecordDecoder.Decode([record]);
        return decoded.Versions.Any(version => version.Accepted.Purchase.PurchaseId == purchaseId)
            || decoded.Rejects.Any(reject => reject.Bytes.PurchaseId == purchaseId);
    }
}
