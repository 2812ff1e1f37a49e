using Amazon.S3;
using Amazon.S3.Model;
using Pos.Processor.EventSource;
using Pos.Storage;
using Pos.Storage.Lake;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Finds the lake's object that has a post. Keys tell where an object begins, not where it ends, so the one that may
/// have it is read.
/// </summary>
internal sealed class LakeSearch(IAmazonS3 s3, PosResources resources)
{
    // A post is in the folder of the hour in which its batch's first record arrived: some time before it was accepted,
    // where a processor had stood still.
    private const int HoursBefore = 24;
    private const int HoursAfter = 1;
    private const int MaxKeysPerHour = 20_000;

    /// <summary>The object's key; null when there is none in the folders that may have it.</summary>
    /// <param name="position">Of the post.</param>
    /// <param name="ingestedAt">When it was accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> FindAsync(
        string position,
        DateTimeOffset ingestedAt,
        CancellationToken cancellationToken
    )
    {
        var sequenceNumber = position[..position.IndexOf('-', StringComparison.Ordinal)].TrimStart('0');
        // Objects of a shard do not overlap: where the nearest one before the post does not have it, none of that shard
        // has.
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
    /// Of each shard, the last object that begins at the record or before it; and what was replayed of that record.
    /// </summary>
    private async Task<IReadOnlyList<(string Shard, string Key)>> CandidatesAsync(
        DateTimeOffset hour,
        string sequenceNumber,
        CancellationToken cancellationToken
    )
    {
        var prefix = LakeKeys.Folder(hour);
        var replays = new List<(string, string)>();
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
                replays.Add((found.Key, found.Key));
            if (!LakeKeys.TryParse(found.Key, out var shard, out var first))
                continue;
            if (
                SequenceNumber.Compare(first, sequenceNumber) <= 0
                && (!nearest.TryGetValue(shard, out var known) || SequenceNumber.Compare(known.First, first) < 0)
            )
                nearest[shard] = (first, found.Key);
        }
        return [.. replays, .. nearest.Select(shard => (shard.Key, shard.Value.Key))];
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
