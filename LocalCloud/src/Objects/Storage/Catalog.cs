using System.Globalization;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

internal sealed record Bucket(int Number, string Name, DateTimeOffset CreatedAt)
{
    public SortedEntries Objects { get; } = new();
}

/// <summary>A multipart upload in progress.</summary>
/// <param name="FileId">The file with the attributes of the future object.</param>
internal sealed record Upload(string Id, Bucket Bucket, byte[] Key, long FileId, DateTimeOffset StartedAt)
{
    public SortedDictionary<int, UploadPart> Parts { get; private init; } = [];

    /// <summary>Returns a copy that later parts do not change.</summary>
    public Upload Snapshot() => this with { Parts = new SortedDictionary<int, UploadPart>(Parts) };
}

internal sealed record UploadPart
{
    public required int Number { get; init; }
    public required long FileId { get; init; }
    public required long Size { get; init; }
    public required DateTimeOffset LastModified { get; init; }
    public required UInt128 Md5 { get; init; }

    /// <summary>The additional checksum that the client sent.</summary>
    public PartChecksum? Checksum { get; init; }
    public string ETag => Md5.ToString("x32", CultureInfo.InvariantCulture);
}

/// <summary>One of S3's additional checksums.</summary>
/// <param name="Algorithm">Algorithm in lower case, as in the header's name.</param>
/// <param name="Value">Value in base64.</param>
internal sealed record PartChecksum(string Algorithm, string Value)
{
    public static PartChecksum Parse(string text) => new(text[..text.IndexOf(':')], text[(text.IndexOf(':') + 1)..]);

    public override string ToString() => $"{Algorithm}:{Value}";
}

/// <summary>A data file that no object or upload references any more.</summary>
/// <param name="WithExtents">True to delete the files that its attributes list, too.</param>
internal readonly record struct UnreferencedFile(long FileId, bool WithExtents = false);

/// <summary>
/// All buckets, objects and uploads in memory, as recorded by the journal. Hold <see cref="Gate"/> to read or change
/// it.
/// </summary>
internal sealed class Catalog
{
    private readonly Dictionary<int, Bucket> _byNumber = [];

    public Lock Gate { get; } = new();
    public SortedDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, Upload> Uploads { get; } = new(StringComparer.Ordinal);
    public int NextBucketNumber { get; private set; } = 1;

    /// <summary>Bytes that objects use in each pack, by the pack's file.</summary>
    public Dictionary<long, long> Packs { get; } = [];

    /// <summary>Bytes of deleted and replaced objects in packs since the start.</summary>
    public long FreedPackBytes { get; private set; }

    /// <summary>
    /// The damaged part of the journal, or null. With damage, a missing object may have existed, so lists and
    /// unsuccessful look-ups fail.
    /// </summary>
    public string? Damage { get; set; }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public Bucket GetBucket(string name) =>
        Buckets.TryGetValue(name, out var bucket)
            ? bucket
            : throw (Damage is null ? S3Errors.NoSuchBucket() : S3Errors.Damaged(Damage));

    /// <summary>Returns the object's entry, or null if there is none.</summary>
    /// <exception cref="AwsException">InternalError: not found, but the journal is damaged.</exception>
    public ObjectEntry? Find(Bucket bucket, ReadOnlySpan<byte> key)
    {
        var entry = bucket.Objects.Find(key);
        if (entry is null)
            ThrowIfDamaged();
        return entry;
    }

    /// <exception cref="AwsException">InternalError: the journal is damaged, so entries may be missing.</exception>
    public void ThrowIfDamaged()
    {
        if (Damage is not null)
            throw S3Errors.Damaged(Damage);
    }

    /// <exception cref="AwsException">NoSuchUpload, also if the id belongs to another key.</exception>
    public Upload GetUpload(string bucket, ReadOnlySpan<byte> key, string id) =>
        Uploads.TryGetValue(id, out var upload) && upload.Bucket.Name == bucket && key.SequenceEqual(upload.Key)
            ? upload
            : throw S3Errors.NoSuchUpload();

    /// <summary>Applies a change that is in the journal.</summary>
    /// <param name="entry">The change.</param>
    /// <param name="unreferenced">Receives the files that the change leaves without a reference. Null during replay,
    /// because the sweep finds them.</param>
    public void Apply(JournalEntry entry, List<UnreferencedFile>? unreferenced)
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
            // An entry's bucket or upload is missing only if it was in a damaged part of the journal.
            case JournalEntry.ObjectPut put:
                if (!_byNumber.TryGetValue(put.Bucket, out var holder))
                    break;
                if (put.Entry.IsPacked)
                    Packs[put.Entry.FileId] = Packs.GetValueOrDefault(put.Entry.FileId) + put.Entry.PackedBytes;
                RemoveEntry(holder.Objects.Set(put.Entry), unreferenced);
                break;
            case JournalEntry.ObjectDeleted deleted:
                RemoveEntry(_byNumber.GetValueOrDefault(deleted.Bucket)?.Objects.Remove(deleted.Key), unreferenced);
                break;
            case JournalEntry.UploadStarted started:
                if (_byNumber.TryGetValue(started.Bucket, out var target))
                    Uploads[started.Id] = new Upload(started.Id, target, started.Key, started.FileId, started.At);
                break;
            case JournalEntry.UploadPartPut { Part: var part } put:
                if (!Uploads.TryGetValue(put.Id, out var parent))
                    break;
                if (parent.Parts.TryGetValue(part.Number, out var replaced))
                    unreferenced?.Add(new UnreferencedFile(replaced.FileId));
                parent.Parts[part.Number] = part;
                break;
            case JournalEntry.UploadEnded ended:
                if (!Uploads.Remove(ended.Id, out var upload))
                    break;
                unreferenced?.Add(new UnreferencedFile(upload.FileId));
                unreferenced?.AddRange(
                    upload
                        .Parts.Values.Where(part => !ended.PartsKept.Contains(part.Number))
                        .Select(part => new UnreferencedFile(part.FileId))
                );
                break;
        }
    }

    /// <summary>
    /// Returns the entries that create this catalog, with objects in key order, which loads fastest.
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

    /// <summary>Reads a bucket's objects in pages. The gate is held only for one page at a time.</summary>
    public IEnumerable<List<ObjectEntry>> ReadPages(Bucket bucket)
    {
        const int PageSize = 1000;
        for (byte[]? from = []; from is not null; )
        {
            List<ObjectEntry> page;
            lock (Gate)
                page = [.. bucket.Objects.From(from).Take(PageSize)];
            yield return page;
            from = page.Count < PageSize ? null : ListQuery.GetKeyAfter(page[^1].Key);
        }
    }

    private void RemoveEntry(ObjectEntry? entry, List<UnreferencedFile>? unreferenced)
    {
        if (entry is null)
            return;
        if (entry.IsPacked)
        {
            FreedPackBytes += entry.PackedBytes;
            // The damaged part of the journal may have other objects in this pack.
            if ((Packs[entry.FileId] -= entry.PackedBytes) > 0 || Damage is not null)
                return;
            Packs.Remove(entry.FileId);
        }
        unreferenced?.Add(new UnreferencedFile(entry.FileId, WithExtents: entry.PartCount > 0));
    }
}
