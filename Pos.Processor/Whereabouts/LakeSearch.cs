using Amazon.S3;
using Amazon.S3.Model;
using Pos.Processor.EventSource;
using Pos.Storage;
using Pos.Storage.Lake;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Finds the lake object that contains a purchase version. Keys tell where an object begins but not where it ends, so
/// the search reads the object that may contain it.
/// </summary>
internal sealed class LakeSearch(IAmazonS3 s3, PosResources resources)
{
    // The folder is the hour in which the batch's first record arrived. After an outage of the processor, this can be
    // long before the version was accepted.
    private const int HoursBefore = 24;
    private const int HoursAfter = 1;
    private const int MaxKeysPerHour = 20_000;

    /// <summary>Returns the object's key, or null if no folder of the searched hours has it.</summary>
    /// <param name="position">Position of the version.</param>
    /// <param name="ingestedAt">Time when ingest accepted the version.</param>
    public async Task<string?> FindAsync(
        string position,
        DateTimeOffset ingestedAt,
        CancellationToken cancellationToken
    )
    {
        var sequenceNumber = position[..position.IndexOf('-', StringComparison.Ordinal)].TrimStart('0');
        // Objects of a shard do not overlap: if the nearest one before the version lacks it, so do the others.
        var read = new HashSet<string>(StringComparer.Ordinal);
        for (var hour = HoursAfter; hour >= -HoursBefore; hour--)
        {
            foreach (
                var (shard, key) in await CandidatesAsync(ingestedAt.AddHours(hour), sequenceNumber, cancellationToken)
            )
            {
                if (read.Add(shard) && await HasAsync(key, position, cancellationToken))
                    return key;
            }
        }
        return null;
    }

    /// <summary>
    /// Returns the objects of the record's retried entries and, for each shard, the last object that begins at or
    /// before the record.
    /// </summary>
    private async Task<IReadOnlyList<(string Shard, string Key)>> CandidatesAsync(
        DateTimeOffset hour,
        string sequenceNumber,
        CancellationToken cancellationToken
    )
    {
        var prefix = LakeKeys.Folder(hour);
        var retried = new List<(string, string)>();
        var nearest = new Dictionary<string, (string First, string Key)>(StringComparer.Ordinal);
        var listed = 0;
        await foreach (
            var found in s3
                .Paginators.ListObjectsV2(
                    new ListObjectsV2Request { BucketName = resources.LakeBucket, Prefix = prefix }
                )
                .S3Objects.WithCancellation(cancellationToken)
        )
        {
            if (listed++ == MaxKeysPerHour)
                break;
            if (LakeKeys.IsRetryOf(found.Key, sequenceNumber))
                retried.Add((found.Key, found.Key));
            if (!LakeKeys.TryParse(found.Key, out var shard, out var first))
                continue;
            if (
                SequenceNumber.Compare(first, sequenceNumber) <= 0
                && (!nearest.TryGetValue(shard, out var known) || SequenceNumber.Compare(known.First, first) < 0)
            )
                nearest[shard] = (first, found.Key);
        }
        return [.. retried, .. nearest.Select(shard => (shard.Key, shard.Value.Key))];
    }

    private async Task<bool> HasAsync(string key, string position, CancellationToken cancellationToken)
    {
        using var response = await s3.GetObjectAsync(
            new GetObjectRequest { BucketName = resources.LakeBucket, Key = key },
            cancellationToken
        );
        return await LakeObject.HasAsync(response.ResponseStream, position, cancellationToken);
    }
}
