using System.Globalization;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

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

    /// <summary>The additional checksum that came with it.</summary>
    public PartChecksum? Checksum { get; init; }
    public string ETag => Md5.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>One of S3's additional checksums.</summary>
/// <param name="Algorithm">Lower case, as in the header's name.</param>
/// <param name="Value">Base64.</param>
internal sealed record PartChecksum(string Algorithm, string Value)
{
    public static PartChecksum Parse(string text) => new(text[..text.IndexOf(':')], text[(text.IndexOf(':') + 1)..]);

    public override string ToString() => $"{Algorithm}:{Value}";
}

/// <summary>A data file that nothing names any more.</summary>
/// <param name="WithExtents">The files that its attributes list go with it.</param>
internal readonly record struct Garbage(long FileId, bool WithExtents = false);

/// <summary>
/// Which buckets, objects and uploads there are: the sum of the journal, in memory. Read and changed under
/// <see cref="Gate"/>.
/// </summary>
internal sealed class Catalog
{
    private readonly Dictionary<int, Bucket> _byNumber = [];

    public Lock Gate { get; } = new();
    public SortedDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Upload> Uploads { get; } = new(StringComparer.Ordinal);
    public int NextBucketNumber { get; private set; } = 1;

    /// <summary>Bytes of each pack that objects take, by its file.</summary>
    public Dictionary<long, long> Packs { get; } = [];

    /// <summary>Bytes in packs that objects took and have left, since the start.</summary>
    public long BytesLeftInPacks { get; private set; }

    /// <summary>
    /// Where the journal is damaged; null: nowhere. What is not found then may have been there: neither "no" nor a list
    /// is an answer.
    /// </summary>
    public string? Damage { get; set; }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public Bucket Bucket(string name) =>
        Buckets.TryGetValue(name, out var bucket)
            ? bucket
            : throw (Damage is null ? S3Errors.NoSuchBucket() : S3Errors.Damaged(Damage));

    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="AwsException">InternalError where that cannot be told.</exception>
    public ObjectEntry? Find(Bucket bucket, ReadOnlySpan<byte> key)
    {
        var entry = bucket.Objects.Find(key);
        if (entry is null)
            CheckWhole();
        return entry;
    }

    /// <exception cref="AwsException">InternalError: something may be missing.</exception>
    public void CheckWhole()
    {
        if (Damage is not null)
            throw S3Errors.Damaged(Damage);
    }

    /// <exception cref="AwsException">NoSuchUpload, also where the id is another key's.</exception>
    public Upload Upload(string bucket, ReadOnlySpan<byte> key, string id) =>
        Uploads.TryGetValue(id, out var upload) && upload.Bucket.Name == bucket && key.SequenceEqual(upload.Key)
            ? upload
            : throw S3Errors.NoSuchUpload();

    /// <summary>Makes a change that is in the journal.</summary>
    /// <param name="entry">The change.</param>
    /// <param name="garbage">Takes the files that it leaves unnamed; null where a later sweep finds them.</param>
    public void Apply(JournalEntry entry, List<Garbage>? garbage)
    {
        switch (entry)
        {
            case JournalEntry.BucketCreated created:
                var bucket = new Bucket(created.Bucket, created.Name, created.At);
                Buckets[bucket.Name] = bucket;
                _byNumber[bucket.Number] = bucket;
                NextBucketNumber = Math.Max(NextBucketNumber, bucket.Number + 1);
                break;
            case JournalEntry.BucketDeleted deleted:
                if (_byNumber.Remove(deleted.Bucket, out var removed))
                    Buckets.Remove(removed.Name);
                break;
            // What an entry belongs to is missing only where it stood in a damaged part of the journal.
            case JournalEntry.ObjectPut put:
                if (!_byNumber.TryGetValue(put.Bucket, out var holder))
                    break;
                if (put.Entry.IsPacked)
                    Packs[put.Entry.FileId] = Packs.GetValueOrDefault(put.Entry.FileId) + put.Entry.PackedBytes;
                Drop(holder.Objects.Set(put.Entry), garbage);
                break;
            case JournalEntry.ObjectDeleted deleted:
                Drop(_byNumber.GetValueOrDefault(deleted.Bucket)?.Objects.Remove(deleted.Key), garbage);
                break;
            case JournalEntry.UploadStarted started:
                if (_byNumber.TryGetValue(started.Bucket, out var target))
                    Uploads[started.Id] = new Upload(started.Id, target, started.Key, started.FileId, started.At);
                break;
            case JournalEntry.UploadPartPut { Part: var part } put:
                if (!Uploads.TryGetValue(put.Id, out var parent))
                    break;
                if (parent.Parts.TryGetValue(part.Number, out var replaced))
                    garbage?.Add(new Garbage(replaced.FileId));
                parent.Parts[part.Number] = part;
                break;
            case JournalEntry.UploadEnded ended:
                if (!Uploads.Remove(ended.Id, out var upload))
                    break;
                garbage?.Add(new Garbage(upload.FileId));
                garbage?.AddRange(
                    upload
                        .Parts.Values.Where(part => !ended.PartsKept.Contains(part.Number))
                        .Select(part => new Garbage(part.FileId))
                );
                break;
        }
    }

    /// <summary>
    /// The shortest journal that makes this catalog; objects in key order, which is also the quickest to load.
    /// </summary>
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
            yield return new JournalEntry.UploadStarted(
                upload.Id,
                upload.Bucket.Number,
                upload.Key,
                upload.FileId,
                upload.StartedAt
            );
            foreach (var part in upload.Parts.Values)
                yield return new JournalEntry.UploadPartPut(upload.Id, part);
        }
    }

    /// <summary>A bucket's objects, some at a time: requests wait for no more.</summary>
    public IEnumerable<List<ObjectEntry>> Pages(Bucket bucket)
    {
        const int PageSize = 1000;
        for (byte[]? from = []; from is not null; )
        {
            List<ObjectEntry> page;
            lock (Gate)
                page = [.. bucket.Objects.From(from).Take(PageSize)];
            yield return page;
            from = page.Count < PageSize ? null : ListQuery.JustAfter(page[^1].Key);
        }
    }

    private void Drop(ObjectEntry? entry, List<Garbage>? garbage)
    {
        if (entry is null)
            return;
        if (entry.IsPacked)
        {
            BytesLeftInPacks += entry.PackedBytes;
            // others in it may stand in what cannot be read
            if ((Packs[entry.FileId] -= entry.PackedBytes) > 0 || Damage is not null)
                return;
            Packs.Remove(entry.FileId);
        }
        garbage?.Add(new Garbage(entry.FileId, WithExtents: entry.PartCount > 0));
    }
}
