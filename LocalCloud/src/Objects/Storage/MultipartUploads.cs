using System.Buffers.Binary;
using System.Security.Cryptography;
using LocalCloud.Objects.Bodies;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>A part in the client's request to complete an upload.</summary>
internal sealed record CompletedPart(int Number, string ETag, PartChecksum? Checksum);

/// <summary>Properties of the completed object that the client expects.</summary>
/// <param name="Size">Size in bytes.</param>
/// <param name="Checksum">Checksum of the upload's type.</param>
internal sealed record ExpectedObject(long? Size, string? Checksum);

/// <summary>
/// Multipart uploads. Each part stays in its own data file. The completed object lists these files, so nothing is
/// copied.
/// </summary>
internal sealed class MultipartUploads(ObjectStore store, TimeProvider time)
{
    public const int MaxParts = 10_000;
    private const long MinPartBytes = 5 * 1024 * 1024; // Except for the last part.

    /// <summary>Starts an upload and returns its id.</summary>
    /// <exception cref="AwsException">NoSuchBucket, KeyTooLongError.</exception>
    public async Task<string> StartAsync(
        string bucket,
        byte[] key,
        ObjectAttributes attributes,
        CancellationToken cancellationToken
    )
    {
        store.CheckPut(bucket, key, null);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        using var staged = store.Stage();
        await staged.SealAsync(attributes);
        await store.CommitAsync(
            id,
            staged,
            catalog =>
                [
                    new JournalEntry.UploadStarted(
                        id,
                        catalog.GetBucket(bucket).Number,
                        key,
                        staged.FileId,
                        time.GetUtcNow()
                    ),
                ],
            cancellationToken
        );
        return id;
    }

    public StagedObject Stage() => store.Stage();

    /// <summary>Returns the upload with its current parts.</summary>
    /// <exception cref="AwsException">NoSuchUpload.</exception>
    public Upload Find(string bucket, byte[] key, string id)
    {
        lock (store.Catalog.Gate)
            return store.Catalog.GetUpload(bucket, key, id).Snapshot();
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public IReadOnlyList<Upload> List(string bucket)
    {
        lock (store.Catalog.Gate)
        {
            var listed = store.Catalog.GetBucket(bucket);
            return
            [
                .. store
                    .Catalog.Uploads.Values.Where(upload => upload.Bucket == listed)
                    .OrderBy(upload => Convert.ToHexString(upload.Key), StringComparer.Ordinal)
                    .ThenBy(upload => upload.StartedAt)
                    .ThenBy(upload => upload.Id, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>Adds staged content as a part. Replaces an earlier part of that number.</summary>
    public async Task<UploadPart> PutPartAsync(
        string bucket,
        byte[] key,
        string id,
        int number,
        StagedObject staged,
        PartChecksum? checksum,
        CancellationToken cancellationToken
    )
    {
        await staged.SealAsync(ObjectAttributes.None);
        var part = new UploadPart
        {
            Number = number,
            FileId = staged.FileId,
            Size = staged.Length,
            LastModified = time.GetUtcNow(),
            Md5 = staged.EndContent(),
            Checksum = checksum,
        };
        await store.CommitAsync(
            id,
            staged,
            catalog => [new JournalEntry.UploadPartPut(catalog.GetUpload(bucket, key, id).Id, part)],
            cancellationToken
        );
        return part;
    }

    public Task AbortAsync(string bucket, byte[] key, string id, CancellationToken cancellationToken) =>
        store.CommitAsync(
            id,
            null,
            catalog => [new JournalEntry.UploadEnded(catalog.GetUpload(bucket, key, id).Id, [])],
            cancellationToken
        );

    /// <summary>Completes the upload as one object.</summary>
    /// <exception cref="AwsException">NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest,
    /// PreconditionFailed.</exception>
    public async Task<(ObjectEntry Entry, ObjectAttributes Attributes)> CompleteAsync(
        string bucket,
        byte[] key,
        string id,
        IReadOnlyList<CompletedPart> parts,
        ExpectedObject expected,
        WriteCondition? condition,
        CancellationToken cancellationToken
    )
    {
        Upload upload;
        try
        {
            upload = Find(bucket, key, id);
        }
        catch (AwsException) when (FindCompleted(bucket, key, id) is { } earlier)
        {
            return earlier; // A retry by a client that did not receive the response.
        }
        var selected = SelectParts(upload, parts);
        var attributes = Attributes(upload);
        attributes = attributes with
        {
            Checksum = attributes.ChecksumAlgorithm is { } algorithm
                ? MultipartChecksum.Compute(algorithm, attributes.ChecksumType!, selected)
                : null,
            UploadId = id,
            Extents = [.. selected.Select(part => new Extent(part.FileId, part.Size))],
        };
        if (expected.Size is { } size && size != selected.Sum(part => part.Size))
            throw S3Errors.InvalidRequest(
                "The provided 'x-amz-mp-object-size' header value does not match what was computed"
            );
        if (
            expected.Checksum is not null
            && attributes.Checksum is not null
            && expected.Checksum != attributes.Checksum
        )
            throw S3Errors.BadDigest(attributes.ChecksumAlgorithm!.ToUpperInvariant());

        using var staged = store.Stage();
        await staged.SealAsync(attributes);
        var entry = new ObjectEntry
        {
            Key = key,
            FileId = staged.FileId,
            Size = selected.Sum(part => part.Size),
            LastModified = time.GetUtcNow(),
            Md5 = HashMd5s(selected),
            PartCount = selected.Count,
        };
        // Committed alone, because it changes the upload and the object.
        await store.CommitAsync(
            null,
            staged,
            catalog =>
            {
                var current = catalog.GetUpload(bucket, key, id);
                if (selected.Any(part => current.Parts[part.Number] != part))
                    throw S3Errors.InvalidPart(); // The part was replaced meanwhile.
                condition?.Check(catalog.Find(current.Bucket, key));
                return
                [
                    new JournalEntry.ObjectPut(current.Bucket.Number, entry),
                    new JournalEntry.UploadEnded(id, [.. selected.Select(part => part.Number)]),
                ];
            },
            cancellationToken
        );
        return (entry, attributes);
    }

    /// <summary>Reads the attributes of the upload's future object.</summary>
    /// <exception cref="AwsException">NoSuchUpload: the upload has ended meanwhile.</exception>
    public ObjectAttributes Attributes(Upload upload)
    {
        try
        {
            using var file = store.Files.Open(upload.FileId);
            return DataFiles.ReadAttributes(file, upload.FileId);
        }
        catch (FileNotFoundException)
        {
            throw S3Errors.NoSuchUpload();
        }
    }

    private (ObjectEntry Entry, ObjectAttributes Attributes)? FindCompleted(string bucket, byte[] key, string id)
    {
        using var reader = store.OpenRead(bucket, key);
        return reader?.Attributes.UploadId == id ? (reader.Entry, reader.Attributes) : null;
    }

    private static List<UploadPart> SelectParts(Upload upload, IReadOnlyList<CompletedPart> parts)
    {
        var selected = new List<UploadPart>();
        foreach (var (number, etag, checksum) in parts)
        {
            if (selected.Count > 0 && number <= selected[^1].Number)
                throw S3Errors.InvalidPartOrder();
            selected.Add(
                upload.Parts.TryGetValue(number, out var part)
                && part.ETag == etag.Trim('"')
                && (checksum is null || checksum == part.Checksum)
                    ? part
                    : throw S3Errors.InvalidPart()
            );
        }
        return selected.SkipLast(1).All(part => part.Size >= MinPartBytes) ? selected : throw S3Errors.EntityTooSmall();
    }

    private static UInt128 HashMd5s(List<UploadPart> parts)
    {
        var md5s = new byte[16 * parts.Count];
        for (var i = 0; i < parts.Count; i++)
            BinaryPrimitives.WriteUInt128BigEndian(md5s.AsSpan(16 * i), parts[i].Md5);
#pragma warning disable CA5351 // S3's ETag is MD5
        return BinaryPrimitives.ReadUInt128BigEndian(MD5.HashData(md5s));
#pragma warning restore CA5351
    }
}
