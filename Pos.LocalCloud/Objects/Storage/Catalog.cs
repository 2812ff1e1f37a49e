using System.Globalization;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Objects.Storage;

internal sealed record Bucket(int Number, string Name, DateTimeOffset CreatedAt)
{
    public SortedEntries Objects { get; } = new();
}

/// <summary>A multipart upload that is neither completed nor aborted.</summary>
/// <param name="FileId">The file that holds the attributes which the object will have.</param>
internal sealed record Upload(string Id, Bucket Bucket, byte[] Key, long FileId, DateTimeOffset StartedAt)
{
    public SortedDictionary<int, UploadPart> Parts { get; private init; } = [];

    /// <summary>A copy that later parts do not change.</summary>
    public Upload Snapshot() => this with { Parts = new SortedDictionary<int, UploadPart>(Parts) };
}

internal sealed record UploadPart
{
    public required int Number { get; init; }
    public required long FileId { get; init; }
    public required long Size { get; init; }
    public required DateTimeOffset LastModified { get; init; }
    public required UInt128 Md5 { get; init; }
    public string ETag => Md5.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>A data file that nothing names any more.</summary>
/// <param name="WithExtents">The files that its attributes list go with it.</param>
internal readonly record struct Garbage(long FileId, bool WithExtents = false);

/// <summary>Which buckets, objects and uploads there are: the sum of the journal, in memory. Read and changed under <see cref="Gate"/>.</summary>
internal sealed class Catalog
{
    private readonly Dictionary<int, Bucket> _byNumber = [];

    public Lock Gate { get; } = new();
    public SortedDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Upload> Uploads { get; } = new(StringComparer.Ordinal);
    public int NextBucketNumber { get; private set; } = 1;

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public Bucket Bucket(string name) => Buckets.TryGetValue(name, out var bucket) ? bucket : throw S3Errors.NoSuchBucket();

    /// <exception cref="AwsException">NoSuchUpload, also where the id is another key's.</exception>
    public Upload Upload(string bucket, ReadOnlySpan<byte> key, string id) =>
        Uploads.TryGetValue(id, out var upload) && upload.Bucket.Name == bucket && key.SequenceEqual(upload.Key) ? upload : throw S3Errors.NoSuchUpload();

    /// <summary>Makes a change that is in the journal.</summary>
    /// <param name="entry">The change.</param>
    /// <param name="garbage">Takes the files that it leaves unnamed; null where a later sweep finds them.</param>
    public void Apply(JournalEntry entry, List<Garbage>? garbage)
    {
        switch (entry)
        {
            case JournalEntry.BucketCreated created:
                var bucket = new Bucket(created.Bucket, created.Name, created.At);
                Buckets.Add(bucket.Name, bucket);
                _byNumber.Add(bucket.Number, bucket);
                NextBucketNumber = Math.Max(NextBucketNumber, bucket.Number + 1);
                break;
            case JournalEntry.BucketDeleted deleted:
                _byNumber.Remove(deleted.Bucket, out var removed);
                Buckets.Remove(removed!.Name);
                break;
            case JournalEntry.ObjectPut put:
                Drop(_byNumber[put.Bucket].Objects.Set(put.Entry), garbage);
                break;
            case JournalEntry.ObjectDeleted deleted:
                Drop(_byNumber[deleted.Bucket].Objects.Remove(deleted.Key), garbage);
                break;
            case JournalEntry.UploadStarted started:
                Uploads.Add(started.Id, new Upload(started.Id, _byNumber[started.Bucket], started.Key, started.FileId, started.At));
                break;
            case JournalEntry.UploadPartPut { Part: var part } put:
                var parts = Uploads[put.Id].Parts;
                if (parts.TryGetValue(part.Number, out var replaced))
                    garbage?.Add(new Garbage(replaced.FileId));
                parts[part.Number] = part;
                break;
            case JournalEntry.UploadEnded ended:
                Uploads.Remove(ended.Id, out var upload);
                garbage?.Add(new Garbage(upload!.FileId));
                garbage?.AddRange(upload!.Parts.Values.Where(part => !ended.PartsKept.Contains(part.Number)).Select(part => new Garbage(part.FileId)));
                break;
        }
    }

    /// <summary>The shortest journal that makes this catalog; objects in key order, which is also the quickest to load.</summary>
    public IEnumerable<JournalEntry> Snapshot()
    {
        foreach (var bucket in Buckets.Values)
        {
            yield return new JournalEntry.BucketCreated(bucket.Number, bucket.Name, bucket.CreatedAt);
            foreach (var entry in bucket.Objects.From([]))
                yield return new JournalEntry.ObjectPut(bucket.Number, entry);
        }
        foreach (var upload in Uploads.Values)
        {
            yield return new JournalEntry.UploadStarted(upload.Id, upload.Bucket.Number, upload.Key, upload.FileId, upload.StartedAt);
            foreach (var part in upload.Parts.Values)
                yield return new JournalEntry.UploadPartPut(upload.Id, part);
        }
    }

    private static void Drop(ObjectEntry? entry, List<Garbage>? garbage)
    {
        if (entry is not null)
            garbage?.Add(new Garbage(entry.FileId, WithExtents: entry.PartCount > 0));
    }
}
