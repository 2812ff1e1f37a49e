using System.Globalization;
using System.Text;
using System.Xml;
using Pos.LocalCloud.Objects.Bodies;
using Pos.LocalCloud.Objects.Storage;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Objects;

/// <summary>Create, upload part, complete, abort, and the two lists of multipart uploads.</summary>
internal sealed class MultipartOperations(MultipartUploads uploads)
{
    private const int LargestPage = 1000;

    public async Task CreateAsync(S3Request request)
    {
        var id = await uploads.StartAsync(request.Bucket, request.Key, ObjectHeaders.Read(request.Http), request.Aborted);
        await S3Xml.WriteAsync(request, "InitiateMultipartUploadResult", xml =>
        {
            WriteTarget(xml, request);
            xml.WriteElementString("UploadId", id);
        });
    }

    public async Task PutPartAsync(S3Request request, string id)
    {
        if (request.Header("x-amz-copy-source") is not null)
            throw S3Errors.NotImplemented("x-amz-copy-source of a part");
        if (!int.TryParse(request.Query("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MultipartUploads.MostParts)
            throw S3Errors.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        var upload = uploads.Find(request.Bucket, request.Key, id); // before the body
        using var body = new ObjectBody(request.Http, request.Signature);
        if (body.Length > StagedObject.LargestContent)
            throw S3Errors.EntityTooLarge();
        using var staged = uploads.Stage();
        await WriteOperations.StageAsync(body, staged, request.Aborted);
        var part = await uploads.PutPartAsync(request.Bucket, request.Key, upload.Id, number, staged, request.Aborted);
        request.Response.Headers.ETag = S3Xml.Quoted(part.ETag);
        if (body.Algorithm is not null)
            request.Response.Headers[Checksum.HeaderPrefix + body.Algorithm] = body.ChecksumValue;
    }

    public async Task CompleteAsync(S3Request request, string id)
    {
        var parts = await S3Xml.ReadAsync(request, ReadParts);
        var entry = await uploads.CompleteAsync(request.Bucket, request.Key, id, parts, request.WriteCondition(), request.Aborted);
        await S3Xml.WriteAsync(request, "CompleteMultipartUploadResult", xml =>
        {
            xml.WriteElementString("Location", $"{request.Http.Scheme}://{request.Http.Host}{RequestTarget.Path(request.Context)}");
            WriteTarget(xml, request);
            xml.WriteElementString("ETag", S3Xml.Quoted(entry.ETag));
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
        var most = Math.Min(Number(request, "max-parts", LargestPage), LargestPage);
        var parts = upload.Parts.Values.Where(part => part.Number > after).ToList();
        var page = parts.Take(most).ToList();
        return S3Xml.WriteAsync(request, "ListPartsResult", xml =>
        {
            WriteTarget(xml, request);
            xml.WriteElementString("UploadId", id);
            xml.WriteElementString("PartNumberMarker", S3Xml.Number(after));
            if (page.Count > 0)
                xml.WriteElementString("NextPartNumberMarker", S3Xml.Number(page[^1].Number));
            xml.WriteElementString("MaxParts", S3Xml.Number(most));
            xml.WriteElementString("IsTruncated", page.Count < parts.Count ? "true" : "false");
            foreach (var part in page)
            {
                xml.WriteStartElement("Part");
                xml.WriteElementString("PartNumber", S3Xml.Number(part.Number));
                xml.WriteElementString("LastModified", S3Xml.Time(part.LastModified));
                xml.WriteElementString("ETag", S3Xml.Quoted(part.ETag));
                xml.WriteElementString("Size", S3Xml.Number(part.Size));
                xml.WriteEndElement();
            }
        });
    }

    /// <summary>One page of all: there are few uploads at a time.</summary>
    public Task ListUploadsAsync(S3Request request)
    {
        var prefix = ObjectStore.Key(request.Query("prefix") ?? "");
        var listed = uploads.List(request.Bucket).Where(upload => upload.Key.AsSpan().StartsWith(prefix)).ToList();
        return S3Xml.WriteAsync(request, "ListMultipartUploadsResult", xml =>
        {
            xml.WriteElementString("Bucket", request.Bucket);
            xml.WriteElementString("Prefix", Encoding.UTF8.GetString(prefix));
            xml.WriteElementString("MaxUploads", S3Xml.Number(listed.Count));
            xml.WriteElementString("IsTruncated", "false");
            foreach (var upload in listed)
            {
                xml.WriteStartElement("Upload");
                xml.WriteElementString("Key", Encoding.UTF8.GetString(upload.Key));
                xml.WriteElementString("UploadId", upload.Id);
                xml.WriteElementString("StorageClass", "STANDARD");
                xml.WriteElementString("Initiated", S3Xml.Time(upload.StartedAt));
                xml.WriteEndElement();
            }
        });
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
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw S3Errors.InvalidArgument($"Provided {name} not an integer or within integer range");
    }

    private static List<CompletedPart> ReadParts(XmlReader xml)
    {
        var parts = new List<CompletedPart>();
        xml.ReadStartElement("CompleteMultipartUpload");
        while (xml.IsStartElement("Part"))
        {
            if (xml.IsEmptyElement || parts.Count == MultipartUploads.MostParts)
                throw S3Errors.MalformedXml();
            xml.ReadStartElement();
            var (number, etag) = (0, "");
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
                    default:
                        xml.Skip(); // the part's checksum was verified when it came
                        break;
                }
            }
            xml.ReadEndElement();
            parts.Add(number > 0 && etag.Length > 0 ? new CompletedPart(number, etag) : throw S3Errors.MalformedXml());
        }
        return parts.Count == 0 || xml.NodeType != XmlNodeType.EndElement ? throw S3Errors.MalformedXml() : parts;
    }
}
