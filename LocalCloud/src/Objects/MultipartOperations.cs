using System.Globalization;
using System.Text;
using System.Xml;
using LocalCloud.Objects.Bodies;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>Creates, completes, aborts and lists multipart uploads, and uploads and lists parts.</summary>
internal sealed class MultipartOperations(MultipartUploads uploads)
{
    private const int MaxPageSize = 1000;

    public async Task CreateAsync(S3Request request)
    {
        var attributes = ObjectHeaders.Read(request.Http);
        if (request.Header("x-amz-checksum-algorithm")?.ToLowerInvariant() is { } algorithm)
        {
            if (!Checksum.Algorithms.Contains(algorithm))
                throw S3Errors.InvalidRequest(
                    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                        + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
                );
            var type = request.Header("x-amz-checksum-type")?.ToUpperInvariant()
                ?? MultipartChecksum.DefaultType(algorithm);
            if (
                type is not (MultipartChecksum.Composite or MultipartChecksum.FullObject)
                || (type == MultipartChecksum.FullObject && !MultipartChecksum.CanBeFullObject(algorithm))
                || (
                    type == MultipartChecksum.Composite
                    && MultipartChecksum.DefaultType(algorithm) == MultipartChecksum.FullObject
                )
            )
            {
                throw S3Errors.InvalidRequest(
                    $"The {type} checksum type cannot be used with the {algorithm} checksum algorithm."
                );
            }
            attributes = attributes with { ChecksumAlgorithm = algorithm, ChecksumType = type };
            request.Response.Headers["x-amz-checksum-algorithm"] = algorithm.ToUpperInvariant();
            request.Response.Headers["x-amz-checksum-type"] = type;
        }
        var id = await uploads.StartAsync(request.Bucket, request.Key, attributes, request.Aborted);
        await S3Xml.WriteAsync(request, "InitiateMultipartUploadResult", xml =>
        {
            WriteTarget(xml, request);
            xml.WriteElementString("UploadId", id);
        });
    }

    public async Task PutPartAsync(S3Request request, string id)
    {
        var number = PartNumber(request);
        var upload = uploads.Find(request.Bucket, request.Key, id); // Fail before the body is read.
        using var body = new ObjectBody(request.Http, request.Signature);
        if (body.Length > StagedObject.MaxContentBytes)
            throw S3Errors.EntityTooLarge();
        using var staged = uploads.Stage();
        await WriteOperations.StageAsync(body, staged, request.Aborted);
        var checksum = body.Algorithm is null ? null : new PartChecksum(body.Algorithm, body.ChecksumValue!);
        var part = await uploads.PutPartAsync(
            request.Bucket,
            request.Key,
            upload.Id,
            number,
            staged,
            checksum,
            request.Aborted
        );
        request.Response.Headers.ETag = S3Xml.Quoted(part.ETag);
        if (checksum is not null)
            request.Response.Headers[Checksum.HeaderPrefix + checksum.Algorithm] = checksum.Value;
    }

    /// <exception cref="AwsException">InvalidArgument.</exception>
    public static int PartNumber(S3Request request) =>
        int.TryParse(request.Query("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= MultipartUploads.MaxParts
            ? number
            : throw S3Errors.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");

    public async Task CompleteAsync(S3Request request, string id)
    {
        var parts = await S3Xml.ReadAsync(request, ReadParts, bodyHasChecksum: false);
        var expected = new ExpectedObject(
            request.Header("x-amz-mp-object-size") is { } text
                ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                    ? size
                    : throw S3Errors.InvalidArgument("x-amz-mp-object-size is not a number.")
                : null,
            Checksum
                .Algorithms.Select(algorithm => request.Header(Checksum.HeaderPrefix + algorithm))
                .FirstOrDefault(value => value is not null)
        );
        var (entry, attributes) = await uploads.CompleteAsync(
            request.Bucket,
            request.Key,
            id,
            parts,
            expected,
            request.WriteCondition(),
            request.Aborted
        );
        await S3Xml.WriteAsync(request, "CompleteMultipartUploadResult", xml =>
        {
            xml.WriteElementString(
                "Location",
                $"{request.Http.Scheme}://{request.Http.Host}{RequestTarget.Path(request.Context)}"
            );
            WriteTarget(xml, request);
            xml.WriteElementString("ETag", S3Xml.Quoted(entry.ETag));
            if (attributes.Checksum is null)
                return;
            xml.WriteElementString(S3Xml.ChecksumElement(attributes.ChecksumAlgorithm!), attributes.Checksum);
            xml.WriteElementString("ChecksumType", attributes.ChecksumType);
        });
    }

    public async Task AbortAsync(S3Request request, string id)
    {
        await uploads.AbortAsync(request.Bucket, request.Key, id, request.Aborted);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public Task ListPartsAsync(S3Request request, string id)
    {
        var upload = uploads.Find(request.Bucket, request.Key, id);
        var after = Number(request, "part-number-marker", 0);
        var max = Math.Min(Number(request, "max-parts", MaxPageSize), MaxPageSize);
        var parts = upload.Parts.Values.Where(part => part.Number > after).ToList();
        var page = parts.Take(max).ToList();
        return S3Xml.WriteAsync(request, "ListPartsResult", xml =>
        {
            WriteTarget(xml, request);
            xml.WriteElementString("UploadId", id);
            xml.WriteElementString("PartNumberMarker", S3Xml.Number(after));
            if (page.Count > 0)
                xml.WriteElementString("NextPartNumberMarker", S3Xml.Number(page[^1].Number));
            xml.WriteElementString("MaxParts", S3Xml.Number(max));
            xml.WriteElementString("IsTruncated", page.Count < parts.Count ? "true" : "false");
            foreach (var part in page)
            {
                xml.WriteStartElement("Part");
                xml.WriteElementString("PartNumber", S3Xml.Number(part.Number));
                xml.WriteElementString("LastModified", S3Xml.Time(part.LastModified));
                xml.WriteElementString("ETag", S3Xml.Quoted(part.ETag));
                xml.WriteElementString("Size", S3Xml.Number(part.Size));
                if (part.Checksum is { } checksum)
                    xml.WriteElementString(S3Xml.ChecksumElement(checksum.Algorithm), checksum.Value);
                xml.WriteEndElement();
            }
        });
    }

    public Task ListUploadsAsync(S3Request request)
    {
        if (request.HasQuery("delimiter"))
            throw S3Errors.NotImplemented("delimiter of a list of uploads");
        var prefix = ObjectStore.Key(request.Query("prefix") ?? "");
        var max = Math.Min(Number(request, "max-uploads", MaxPageSize), MaxPageSize);
        var (keyMarker, idMarker) = (request.Query("key-marker") ?? "", request.Query("upload-id-marker") ?? "");
        var listed = uploads.List(request.Bucket).Where(upload => upload.Key.AsSpan().StartsWith(prefix));
        if (keyMarker.Length > 0)
            listed = After(listed, ObjectStore.Key(keyMarker), idMarker);
        var page = listed.Take(max + 1).ToList();
        var more = page.Count > max;
        if (more)
            page.RemoveAt(max);
        return S3Xml.WriteAsync(request, "ListMultipartUploadsResult", xml =>
        {
            var text = ListOperations.Encoder(request);
            xml.WriteElementString("Bucket", request.Bucket);
            xml.WriteElementString("KeyMarker", text(keyMarker));
            xml.WriteElementString("UploadIdMarker", idMarker);
            if (more && page.Count > 0)
            {
                xml.WriteElementString("NextKeyMarker", text(Encoding.UTF8.GetString(page[^1].Key)));
                xml.WriteElementString("NextUploadIdMarker", page[^1].Id);
            }
            xml.WriteElementString("Prefix", text(Encoding.UTF8.GetString(prefix)));
            xml.WriteElementString("MaxUploads", S3Xml.Number(max));
            xml.WriteElementString("IsTruncated", more ? "true" : "false");
            foreach (var upload in page)
            {
                xml.WriteStartElement("Upload");
                xml.WriteElementString("Key", text(Encoding.UTF8.GetString(upload.Key)));
                xml.WriteElementString("UploadId", upload.Id);
                xml.WriteElementString("StorageClass", "STANDARD");
                xml.WriteElementString("Initiated", S3Xml.Time(upload.StartedAt));
                xml.WriteEndElement();
            }
        });
    }

    /// <summary>
    /// Returns uploads of later keys, and uploads of the marker's key after the given id.
    /// </summary>
    private static IEnumerable<Upload> After(IEnumerable<Upload> uploads, byte[] key, string id)
    {
        var passed = false;
        foreach (var upload in uploads)
        {
            var order = upload.Key.AsSpan().SequenceCompareTo(key);
            if (order > 0 || (order == 0 && passed))
                yield return upload;
            passed |= order == 0 && upload.Id == id;
        }
    }

    private static void WriteTarget(XmlWriter xml, S3Request request)
    {
        xml.WriteElementString("Bucket", request.Bucket);
        xml.WriteElementString("Key", Encoding.UTF8.GetString(request.Key));
    }

    private static int Number(S3Request request, string name, int ifMissing)
    {
        if (request.Query(name) is not { Length: > 0 } text)
            return ifMissing;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw S3Errors.InvalidArgument($"Provided {name} not an integer or within integer range");
    }

    private static List<CompletedPart> ReadParts(XmlReader xml)
    {
        var parts = new List<CompletedPart>();
        xml.ReadStartElement("CompleteMultipartUpload");
        while (xml.IsStartElement("Part"))
        {
            if (xml.IsEmptyElement || parts.Count == MultipartUploads.MaxParts)
                throw S3Errors.MalformedXml();
            xml.ReadStartElement();
            var (number, etag, checksum) = (0, "", (PartChecksum?)null);
            while (xml.IsStartElement())
            {
                switch (xml.LocalName)
                {
                    case "PartNumber":
                        number = xml.ReadElementContentAsInt();
                        break;
                    case "ETag":
                        etag = xml.ReadElementContentAsString();
                        break;
                    case var name when name.StartsWith("Checksum", StringComparison.Ordinal):
                        checksum = new PartChecksum(
                            name["Checksum".Length..].ToLowerInvariant(),
                            xml.ReadElementContentAsString()
                        );
                        break;
                    default:
                        xml.Skip();
                        break;
                }
            }
            xml.ReadEndElement();
            parts.Add(
                number > 0 && etag.Length > 0
                    ? new CompletedPart(number, etag, checksum)
                    : throw S3Errors.MalformedXml()
            );
        }
        return parts.Count == 0 || xml.NodeType != XmlNodeType.EndElement ? throw S3Errors.MalformedXml() : parts;
    }
}
