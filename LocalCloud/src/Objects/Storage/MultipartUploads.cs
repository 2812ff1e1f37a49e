using System.Buffers.Binary;
using System.Security.Cryptography;
using LocalCloud.Objects.Bodies;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>A part as the client names it to complete an upload.</summary>
internal sealed record CompletedPart(int Number, string ETag, PartChecksum? Checksum);

/// <summary>What the client says the completed object is.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Checksum">Of the type that the upload has.</param>
internal sealed record ExpectedObject(long? Size, string? Checksum);

/// <summary>
/// Uploads in parts. Parts are data files of their own, and stay such: the completed object lists them, nothing is
/// copied.
/// </summary>
internal sealed class MultipartUploads(ObjectStore store, TimeProvider time)
{
    public const int MostParts = 10_000;
    private const long SmallestPart = 5 * 1024 * 1024; // but for the last one

    /// <returns>The upload's id.</returns>
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
                        catalog.Bucket(bucket).Number,
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

    /// <summary>The upload with the parts that it has now.</summary>
    /// <exception cref="AwsException">NoSuchUpload.</exception>
    public Upload Find(string bucket, byte[] key, string id)
    {
        lock (store.Catalog.Gate)
            return store.Catalog.Upload(bucket, key, id).Snapshot();
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public IReadOnlyList<Upload> List(string bucket)
    {
        lock (store.Catalog.Gate)
        {
            var listed = store.Catalog.Bucket(bucket);
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

    /// <summary>Makes staged content the upload's part of that number; replaces an earlier one.</summary>
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
            catalog => [new JournalEntry.UploadPartPut(catalog.Upload(bucket, key, id).Id, part)],
            cancellationToken
        );
        return part;
    }

    public Task AbortAsync(string bucket, byte[] key, string id, CancellationToken cancellationToken) =>
        store.CommitAsync(
            id,
            null,
            catalog => [new JournalEntry.UploadEnded(catalog.Upload(bucket, key, id).Id, [])],
            cancellationToken
        );

    /// <summary>Makes the parts one object.</summary>
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
        catch (AwsException) when (Completed(bucket, key, id) is { } earlier)
        {
            return earlier; // asked again, by a client that missed the answer
        }
        var chosen = Choose(upload, parts);
        var attributes = Attributes(upload);
        attributes = attributes with
        {
            Checksum = attributes.ChecksumAlgorithm is { } algorithm
                ? MultipartChecksum.Of(algorithm, attributes.ChecksumType!, chosen)
                : null,
            UploadId = id,
            Extents = [.. chosen.Select(part => new Extent(part.FileId, part.Size))],
        };
        if (expected.Size is { } size && size != chosen.Sum(part => part.Size))
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
            Size = chosen.Sum(part => part.Size),
            LastModified = time.GetUtcNow(),
            Md5 = Md5OfMd5s(chosen),
            PartCount = chosen.Count,
        };
        // Alone in its commit: it touches the upload and the object.
        await store.CommitAsync(
            null,
            staged,
            catalog =>
            {
                var current = catalog.Upload(bucket, key, id);
                if (chosen.Any(part => current.Parts[part.Number] != part))
                    throw S3Errors.InvalidPart(); // replaced meanwhile
                condition?.Check(catalog.Find(current.Bucket, key));
                return
                [
                    new JournalEntry.ObjectPut(current.Bucket.Number, entry),
                    new JournalEntry.UploadEnded(id, [.. chosen.Select(part => part.Number)]),
                ];
            },
            cancellationToken
        );
        return (entry, attributes);
    }

    /// <summary>What the upload's object will be.</summary>
    /// <exception cref="AwsException">NoSuchUpload: it has ended meanwhile.</exception>
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

    private (ObjectEntry Entry, ObjectAttributes Attributes)? Completed(string bucket, byte[] key, string id)
    {
        using var reader = store.OpenRead(bucket, key);
        return reader?.Attributes.UploadId == id ? (reader.Entry, reader.Attributes) : null;
    }

    private static List<UploadPart> Choose(Upload upload, IReadOnlyList<CompletedPart> parts)
    {
        var chosen = new List<UploadPart>();
        foreach (var (number, etag, checksum) in parts)
        {
            if (chosen.Count > 0 && number <= chosen[^1].Number)
                throw S3Errors.InvalidPartOrder();
            chosen.Add(
                upload.Parts.TryGetValue(number, out var part)
                && part.ETag == etag.Trim('"')
                && (checksum is null || checksum == part.Checksum)
                    ? part
                    : throw S3Errors.InvalidPart()
            );
        }
        return chosen.SkipLast(1).All(part => part.Size >= SmallestPart) ? chosen : throw S3Errors.EntityTooSmall();
    }

    private static UInt128 Md5OfMd5s(List<UploadPart> parts)
    {
        var md5s = new byte[16 * parts.Count];
        for (var i = 0; i < parts.Count; i++)
            BinaryPrimitives.WriteUInt128BigEndian(md5s.AsSpan(16 * i), parts[i].Md5);
#pragma warning disable CA5351 // S3's ETag is MD5
        return BinaryPrimitives.ReadUInt128BigEndian(MD5.HashData(md5s));
#pragma warning restore CA5351
    }
}
