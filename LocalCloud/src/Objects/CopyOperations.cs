using System.Globalization;
using System.Text;
using LocalCloud.Objects.Bodies;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>CopyObject and UploadPartCopy.</summary>
internal sealed class CopyOperations(ObjectStore store, MultipartUploads uploads)
{
    public const string SourceHeader = "x-amz-copy-source";
    private const string AlgorithmHeader = "x-amz-checksum-algorithm";

    public async Task CopyAsync(S3Request request)
    {
        var (bucket, key) = ParseSource(request.Header(SourceHeader)!);
        var replace = request.Header("x-amz-metadata-directive") switch
        {
            null or "COPY" => false,
            "REPLACE" => true,
            _ => throw S3Errors.InvalidArgument("Unknown metadata directive."),
        };
        if (!replace && bucket == request.Bucket && key.AsSpan().SequenceEqual(request.Key))
            throw S3Errors.InvalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the "
                    + "object's metadata, storage class, website redirect location or encryption attributes."
            );
        var condition = request.WriteCondition();
        store.CheckPut(request.Bucket, request.Key, condition);
        using var reader = Open(request, bucket, key);
        if (reader.Entry.Size > StagedObject.MaxContentBytes)
            throw S3Errors.InvalidRequest(
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
            );

        var algorithm = request.Header(AlgorithmHeader)?.ToLowerInvariant() ?? reader.Attributes.ChecksumAlgorithm;
        using var staged = store.Stage();
        var checksum = await StageAsync(reader, 0, reader.Entry.Size, staged, algorithm, request.Aborted);
        var attributes = (replace ? ObjectHeaders.Read(request.Http) : reader.Attributes) with
        {
            ChecksumAlgorithm = algorithm,
            Checksum = checksum,
            ChecksumType = algorithm is null ? null : MultipartChecksum.FullObject,
            UploadId = null,
            Extents = [],
        };
        var entry = await store.PutAsync(request.Bucket, request.Key, staged, attributes, condition, request.Aborted);
        await WriteResultAsync(request, "CopyObjectResult", entry.LastModified, entry.ETag, algorithm, checksum);
    }

    public async Task CopyPartAsync(S3Request request, string uploadId)
    {
        var number = MultipartOperations.PartNumber(request);
        var upload = uploads.Find(request.Bucket, request.Key, uploadId);
        var (bucket, key) = ParseSource(request.Header(SourceHeader)!);
        using var reader = Open(request, bucket, key);
        var (offset, length) = (0L, reader.Entry.Size);
        if (request.Header("x-amz-copy-source-range") is { } header)
        {
            // Unlike the range of a read, this one must be within the object.
            if (ByteRange.Parse(header) is not { Start: { } first, End: { } last })
                throw S3Errors.InvalidArgument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last "
                        + "are the zero-based offsets of the first and last bytes to copy"
                );
            if (last >= reader.Entry.Size)
                throw S3Errors.InvalidArgument(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Range specified is not valid for source object of size: {reader.Entry.Size}"
                    )
                );
            (offset, length) = (first, last - first + 1);
        }
        if (length > StagedObject.MaxContentBytes)
            throw S3Errors.InvalidRequest(
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120"
            );

        var algorithm = uploads.Attributes(upload).ChecksumAlgorithm;
        using var staged = store.Stage();
        var checksum = await StageAsync(reader, offset, length, staged, algorithm, request.Aborted);
        var part = await uploads.PutPartAsync(
            request.Bucket,
            request.Key,
            upload.Id,
            number,
            staged,
            algorithm is null ? null : new PartChecksum(algorithm, checksum!),
            request.Aborted
        );
        await WriteResultAsync(request, "CopyPartResult", part.LastModified, part.ETag, algorithm, checksum);
    }

    private ObjectReader Open(S3Request request, string bucket, byte[] key)
    {
        var reader = store.OpenRead(bucket, key) ?? throw S3Errors.NoSuchKey();
        if (ReadCondition.From(request, "x-amz-copy-source-").GetFailureStatus(reader.Entry) is null)
            return reader;
        reader.Dispose();
        throw S3Errors.PreconditionFailed("x-amz-copy-source-if-…");
    }

    /// <summary>Copies content to the staged object. Returns its checksum in base64, or null.</summary>
    private static async Task<string?> StageAsync(
        ObjectReader reader,
        long offset,
        long length,
        StagedObject staged,
        string? algorithm,
        CancellationToken cancellationToken
    )
    {
        using var checksum = algorithm is null
            ? null
            : Checksum.Create(algorithm)
                ?? throw S3Errors.InvalidRequest("Checksum algorithm provided is unsupported.");
        await foreach (var chunk in reader.ReadAsync(offset, length, cancellationToken))
        {
            checksum?.Append(chunk.Span);
            await staged.WriteAsync(chunk, cancellationToken);
        }
        return checksum is null ? null : Convert.ToBase64String(checksum.Value());
    }

    private static Task WriteResultAsync(
        S3Request request,
        string root,
        DateTimeOffset lastModified,
        string etag,
        string? algorithm,
        string? checksum
    ) => S3Xml.WriteAsync(request, root, xml =>
        {
            xml.WriteElementString("LastModified", S3Xml.Time(lastModified));
            xml.WriteElementString("ETag", S3Xml.Quoted(etag));
            if (algorithm is not null)
                xml.WriteElementString(S3Xml.ChecksumElement(algorithm), checksum);
        });

    private static (string Bucket, byte[] Key) ParseSource(string header)
    {
        if (header.Contains("?versionId=", StringComparison.Ordinal))
            throw S3Errors.NotImplemented("versionId");
        var source = header.StartsWith('/') ? header[1..] : header;
        // Clients send "bucket/key" or the escaped form "bucket%2Fkey".
        var decoded = Encoding.UTF8.GetString(S3Request.Decode(source));
        var slash = decoded.IndexOf('/');
        return slash <= 0 || slash == decoded.Length - 1
            ? throw S3Errors.InvalidArgument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"
            )
            : (decoded[..slash], ObjectStore.Key(decoded[(slash + 1)..]));
    }
}
