using System.Text;
using Amazon.Runtime;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Looks for a purchase in what the stream has beyond the checkpoints: what is accepted, and in no store yet.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="leases">What the mapping knows of its shards, and how far each has come.</param>
internal sealed class StreamSearch(IShardStream stream, Func<IReadOnlyList<Lease>> leases)
{
    // Kinesis: 5 reads a second and shard, which the mapping needs itself.
    private const int ReadsAShard = 2;
    private const int RecordsARead = 10_000;

    /// <summary>The record that has it; null with whether all was read that is on its way.</summary>
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
                complete = false; // throttled, or away: what is there is not known
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
        for (var reads = 0; reads < ReadsAShard; reads++)
        {
            var read = await stream.ReadAsync(lease.ShardId, iterator, RecordsARead, cancellationToken);
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
        return decoded.Posts.Any(post => post.Accepted.Purchase.PurchaseId == purchaseId)
            || decoded.Rejects.Any(reject => reject.Bytes.PurchaseId == purchaseId);
    }
}
